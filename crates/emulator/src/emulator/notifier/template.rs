//! The words of a notification: one template, filled for each contact.

use std::{fmt, sync::Arc};

use jiff::tz::Offset;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde_json::{Value, json};

use crate::{
    clock::Timestamp,
    dingtalk::Message,
    event::{Facts, Level, SystemEvent, catalogue},
    files::plain_lines,
};

/// Steps that filling a template may take, and one more for each 64 bytes that it makes; the built-in one
/// takes some hundreds.
const FUEL: u64 = 1_000_000;

const BUILT_IN: &str = include_str!("../templates/notification.md.jinja");

/// A template of notifications, in Jinja. The first line of what it makes is the title, the rest is
/// the text. It sees `lang`, `event`, `name_en`, `name_zh`, `level`, `status`, `state`, `product`,
/// `region`, `resource_id`, `instance_name`, `time` (UTC+8), `rule`, `group`, `contact`, `event_id`,
/// `event_type`, `account` and `content` (a list of `{name, value}` without `state`).
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    source: Arc<str>,
}

/// Why a template cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// The line in the template, from 1.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl Template {
    /// As it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line} of the template: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for TemplateError {}

impl From<minijinja::Error> for TemplateError {
    fn from(fault: minijinja::Error) -> Self {
        if fault.kind() == minijinja::ErrorKind::OutOfFuel {
            let message = "it takes too many steps to fill: a loop in it is too long".to_owned();
            return Self { line: fault.line(), message };
        }
        let detail = fault.detail().map_or_else(|| fault.kind().to_string(), str::to_owned);
        Self { line: fault.line(), message: detail }
    }
}

impl Default for Template {
    /// The built-in template.
    fn default() -> Self {
        Self { source: BUILT_IN.into() }
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").field("bytes", &self.source.len()).finish()
    }
}

impl Template {
    /// Takes a template. It is filled once in each language with a sample event, so that what does
    /// not work is found now and not with the first message.
    ///
    /// # Errors
    /// The line and the fault.
    pub fn parse(source: &str) -> Result<Self, TemplateError> {
        // The same template on every system makes the same message.
        let template = Self { source: plain_lines(source).into() };
        let event = sample();
        for lang in ["zh-cn", "en"] {
            let facts = Facts { event: &event, rule: "rule", group: "group", contact: "contact", lang };
            template.render(&facts)?;
        }
        Ok(template)
    }

    /// Title and text.
    ///
    /// # Errors
    /// The line and the fault; the built-in template has none.
    pub fn render(&self, facts: &Facts<'_>) -> Result<(String, String), TemplateError> {
        let mut environment = Environment::new();
        environment.set_fuel(Some(FUEL));
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // The message is Markdown or plain text, never HTML.
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        let template = environment.template_from_str(&self.source)?;
        let rendered = template.render(context_of(facts))?;
        let (title, text) = rendered.trim().split_once('\n').unwrap_or((rendered.trim(), ""));
        let (title, text) = (title.trim(), text.trim());
        if title.is_empty() || text.is_empty() {
            return Err(TemplateError {
                line: None,
                message: "the template must make a title in its first line and a text after it".to_owned(),
            });
        }
        Ok((title.to_owned(), text.to_owned()))
    }

    /// The message that a robot gets.
    ///
    /// # Errors
    /// As [`Template::render`].
    pub fn message(&self, facts: &Facts<'_>) -> Result<Message, TemplateError> {
        let (title, text) = self.render(facts)?;
        Ok(Message::markdown(title, text))
    }
}

fn context_of(facts: &Facts<'_>) -> minijinja::Value {
    let event = facts.event.clone();
    let state = event.state().to_owned();
    let entry = catalogue().find(&event.product, &event.name);
    let content: Vec<minijinja::Value> = content_fields(&event.content)
        .into_iter()
        .map(|(name, value)| context! { name => name, value => value })
        .collect();
    context! {
        lang => facts.lang,
        event => event.name,
        event_id => event.id,
        event_type => event.event_type,
        name_en => entry.and_then(|entry| entry.name_en.clone()).unwrap_or_default(),
        name_zh => entry.and_then(|entry| entry.name_zh.clone()).unwrap_or_default(),
        level => event.level.as_str(),
        status => event.status,
        state => state,
        product => event.product,
        region => event.region_id,
        resource_id => event.resource_id,
        instance_name => event.instance_name,
        account => event.user_id,
        time => local_time(event.event_time),
        rule => facts.rule,
        group => facts.group,
        contact => facts.contact,
        content => content,
    }
}

/// The content's fields but `state`, which has a line of its own, and without empty ones.
fn content_fields(content: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match content {
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, value)| *name != "state" && !text(value).is_empty())
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
        Value::Null => Vec::new(),
        other => vec![("content".to_owned(), text(other))],
    }
}

/// The time as people in China read it.
fn local_time(at: Timestamp) -> String {
    at.to_zoned(Offset::constant(8).to_time_zone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
}

fn sample() -> SystemEvent {
    SystemEvent {
        id: "00000000-0000-0000-0000-000000000000".to_owned(),
        product: "ECS".to_owned(),
        name: "Instance:StateChange".to_owned(),
        level: Level::Info,
        status: "Normal".to_owned(),
        event_type: "StatusNotification".to_owned(),
        region_id: "cn-hangzhou".to_owned(),
        resource_id: "acs:ecs:cn-hangzhou:1000000000000001:instance/i-bp1sample".to_owned(),
        instance_name: "sample".to_owned(),
        user_id: "1000000000000001".to_owned(),
        group_id: String::new(),
        event_time: Timestamp::UNIX_EPOCH,
        content: json!({"resourceId": "i-bp1sample", "state": "Stopping"}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(lang: &str, event: &SystemEvent) -> (String, String) {
        let facts =
            Facts { event, rule: "ecs-state-change", group: "ecs-on-call", contact: "duty-engineer", lang };
        Template::default().render(&facts).unwrap()
    }

    #[test]
    fn the_built_in_template_works() {
        assert_eq!(Template::parse(BUILT_IN), Ok(Template::default()));
    }

    #[test]
    fn the_message_tells_everything_in_either_language() {
        for lang in ["en", "zh-cn"] {
            let (title, text) = render(lang, &sample());
            for wanted in [
                "Instance:StateChange",
                "The status of the instance is changed.",
                "实例状态改变通知",
                "INFO",
                "ECS",
                "cn-hangzhou",
                "acs:ecs:cn-hangzhou:1000000000000001:instance/i-bp1sample",
                "sample",
                "Stopping",
                "1970-01-01 08:00:00 +08:00",
                "ecs-state-change",
                "ecs-on-call",
                "resourceId: i-bp1sample",
                "CloudMonitor",
                "Monitor",
            ] {
                assert!(text.contains(wanted), "{lang}: {wanted} is missing in\n{text}");
            }
            assert!(title.contains("Instance:StateChange") && title.contains("Stopping"), "{title}");
            assert!(!text.contains("state: "), "{text}");
        }
        let (_, english) = render("en", &sample());
        assert!(english.contains("Alibaba Cloud"), "{english}");
        let (_, chinese) = render("zh-cn", &sample());
        assert!(chinese.contains("阿里云") && chinese.contains("云监控"), "{chinese}");
    }

    #[test]
    fn what_an_event_lacks_leaves_no_empty_line() {
        let event = SystemEvent { name: "Unheard:Of".to_owned(), content: Value::Null, ..sample() };
        let event = SystemEvent { instance_name: String::new(), ..event };
        let (_, text) = render("en", &event);
        assert!(
            !text.contains("Meaning") && !text.contains("Details") && !text.contains("Instance:"),
            "{text}"
        );
        assert!(text.lines().all(|line| !line.trim().is_empty()), "{text}");
    }

    #[test]
    fn an_event_cannot_bring_template_code() {
        let event = SystemEvent { instance_name: "{{ lang }} <b>".to_owned(), ..sample() };
        assert!(render("en", &event).1.contains("{{ lang }} <b>"));
    }

    #[test]
    fn a_broken_template_is_refused_with_its_line() {
        for (source, line) in [
            ("title\n{{ nothing }}", Some(2)),
            ("title\n\n{% if %}", Some(3)),
            ("title\ntext {{ lang | nofilter }}", Some(2)),
            ("title\n{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}", Some(2)),
            ("only a title", None),
            ("", None),
        ] {
            let fault = Template::parse(source).unwrap_err();
            assert_eq!(fault.line, line, "{source}: {fault}");
        }
    }
}
