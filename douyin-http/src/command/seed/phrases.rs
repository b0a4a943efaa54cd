//! What demo users are called and what they say, in English and Chinese.

use fastrand::Rng;

pub(super) const GIVEN_NAMES: &[&str] = &[
    "ada", "amir", "bruno", "chloe", "diego", "elif", "emma", "femi", "hana", "ivan", "jonas",
    "kofi", "leila", "liam", "lucia", "maya", "mei", "nadia", "noor", "oscar", "priya", "sofia",
    "tariq", "yuki", "zoe", "小明", "小红", "阿强", "晓雨", "子涵", "梓萱", "浩然", "欣怡", "宇轩",
    "思远", "雅婷", "建国", "秀英", "大力", "阿美", "海涛",
];

const SIGNATURES: &[&str] = &[
    "",
    "Cooking on a balcony.",
    "One trick a day.",
    "Trains, trams and timetables.",
    "I film what my cat does at night.",
    "Slow mornings, strong coffee.",
    "Climbing, badly but often.",
    "记录生活的每一天",
    "爱吃，爱拍，爱旅行",
    "每天进步一点点",
    "家有两只猫",
    "用镜头看世界",
    "认真做饭的程序员",
];

const ENGLISH_SUBJECTS: &[&str] = &[
    "My cat",
    "A street drummer",
    "Grandma",
    "Our tiny robot",
    "The night market",
    "A paper plane",
    "This old train",
    "My first sourdough",
    "The morning choir",
    "A very small dog",
    "The tallest sandcastle",
    "Our school band",
];

const ENGLISH_ACTIONS: &[&str] = &[
    "meets the rain",
    "tries it for the first time",
    "in slow motion",
    "does it again",
    "wins over everybody",
    "at five in the morning",
    "never gives up",
    "explained in thirty seconds",
    "goes wrong, then right",
    "surprises the neighbours",
    "takes the long way home",
    "has one job",
];

const CHINESE_SUBJECTS: &[&str] = &[
    "我家猫咪",
    "街头鼓手",
    "奶奶",
    "夜市小吃",
    "清晨的西湖",
    "第一次滑雪",
    "这辆老火车",
    "隔壁的小狗",
    "三分钟早餐",
    "校园乐队",
    "山顶日出",
    "手工拉面",
];

const CHINESE_ACTIONS: &[&str] = &[
    "太治愈了",
    "慢动作回放",
    "又来了",
    "翻车现场",
    "惊呆了所有人",
    "一看就会",
    "坚持到最后",
    "值得看三遍",
    "藏着小秘密",
    "凌晨五点的样子",
    "笑到停不下来",
    "原来这么简单",
];

const TAGS: &[&str] = &[
    "", "", " #daily", " #food", " #travel", " #日常", " #美食", " #旅行",
];

const COMMENTS: &[&str] = &[
    "Where is this?",
    "Watched it five times.",
    "The ending!",
    "Teach me, please.",
    "This made my day.",
    "How long did that take?",
    "Sound on, trust me.",
    "My dog approves.",
    "哈哈哈哈",
    "太好看了吧",
    "求教程",
    "已三连",
    "第一次见",
    "这也太厉害了",
    "看饿了",
    "下次带上我",
];

const LINES: &[&str] = &[
    "Did you see the new one?",
    "On my way.",
    "Same place as last time?",
    "Send me the recipe!",
    "Tomorrow works.",
    "No way.",
    "Good night!",
    "在吗？",
    "刚下班",
    "周末一起拍吗",
    "好的，没问题",
    "哈哈哈",
    "发给你了",
    "晚安",
    "到了告诉我",
];

fn pick(random: &mut Rng, phrases: &[&'static str]) -> &'static str {
    random.choice(phrases).copied().unwrap_or_default()
}

pub(super) fn given_name(random: &mut Rng) -> &'static str {
    pick(random, GIVEN_NAMES)
}

pub(super) fn signature(random: &mut Rng) -> &'static str {
    pick(random, SIGNATURES)
}

pub(super) fn title(random: &mut Rng) -> String {
    let tag = pick(random, TAGS);
    if random.bool() {
        let (subject, action) = (
            pick(random, ENGLISH_SUBJECTS),
            pick(random, ENGLISH_ACTIONS),
        );
        format!("{subject} {action}{tag}")
    } else {
        let (subject, action) = (
            pick(random, CHINESE_SUBJECTS),
            pick(random, CHINESE_ACTIONS),
        );
        format!("{subject}{action}{tag}")
    }
}

pub(super) fn comment(random: &mut Rng) -> &'static str {
    pick(random, COMMENTS)
}

pub(super) fn message(random: &mut Rng) -> &'static str {
    pick(random, LINES)
}
