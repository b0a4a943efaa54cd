use super::execute;

/// A database on a server that other cases use too; dropped with this.
pub(super) struct Created {
    server: String,
    name: String,
    url: String,
}

impl Created {
    /// Makes one. `server` names any database of the server, by a user who may make others.
    pub(super) fn on(server: &str) -> Self {
        let name = format!("douyin_program_{:016x}", fastrand::u64(..));
        let (address, options) = match server.split_once('?') {
            Some((address, options)) => (address, format!("?{options}")),
            None => (server, String::new()),
        };
        let (address, _) = address
            .rsplit_once('/')
            .expect("the server's URL names a database");
        let created = Self {
            server: server.to_owned(),
            url: format!("{address}/{name}{options}"),
            name,
        };
        execute(server, &format!("CREATE DATABASE {}", created.name));
        created
    }

    /// The URL of its server, as it was given.
    pub(super) fn server(&self) -> &str {
        &self.server
    }

    /// Its URL.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        // Postgres refuses as long as it has not noticed that a killed server is gone; MariaDB does not ask.
        let at_once = if self.server.starts_with("postgres") {
            " WITH (FORCE)"
        } else {
            ""
        };
        execute(
            &self.server,
            &format!("DROP DATABASE {}{at_once}", self.name),
        );
    }
}
