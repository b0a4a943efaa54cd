use async_trait::async_trait;
use douyin_core::{
    Grant, Lease, NodeHolder, NodeNumber, NodeRow, Nodes, Reach, StoreError, Timestamp,
};

use crate::MemStore;
use crate::conversation::Conversation;
use crate::state::State;

/// A row for each node number, in their order.
#[derive(Debug)]
pub(crate) struct NodeRows(Vec<NodeRow>);

impl Default for NodeRows {
    fn default() -> Self {
        Self(NodeNumber::all().map(NodeRow::unused).collect())
    }
}

impl NodeRows {
    fn of(&mut self, number: NodeNumber) -> &mut NodeRow {
        &mut self.0[usize::from(number.get())]
    }
}

impl State {
    /// Looks at every row: a number is leased once in a run.
    fn largest_id(&self) -> i64 {
        let users = self.users.keys().map(|id| id.get()).max();
        let videos = self.videos.keys().map(|id| id.get()).max();
        let comments = self.comments.keys().map(|id| id.get()).max();
        let messages = self
            .conversations
            .values()
            .filter_map(Conversation::largest_id)
            .max();
        users.max(videos).max(comments).max(messages).unwrap_or(0)
    }
}

#[async_trait]
impl Nodes for MemStore {
    async fn lease(
        &self,
        holder: &NodeHolder,
        wanted: Option<NodeNumber>,
        reach: Reach,
    ) -> Result<Grant, StoreError> {
        let mut state = self.write()?;
        let largest_id = state.largest_id();
        let (grant, row) = NodeRow::lent(&state.nodes.0, holder, wanted, reach, largest_id)?;
        if let Some(row) = row {
            let number = row.number;
            *state.nodes.of(number) = row;
        }
        Ok(grant)
    }

    async fn extend(&self, lease: &Lease, reach: Reach) -> Result<Option<Lease>, StoreError> {
        let mut state = self.write()?;
        let row = state.nodes.of(lease.number);
        Ok(row.extended(lease, reach).map(|(lease, extended)| {
            *row = extended;
            lease
        }))
    }

    async fn release(&self, lease: &Lease, unused_from: Timestamp) -> Result<(), StoreError> {
        let mut state = self.write()?;
        let row = state.nodes.of(lease.number);
        if let Some(released) = row.released(lease, unused_from) {
            *row = released;
        }
        Ok(())
    }
}
