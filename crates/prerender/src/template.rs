//! The page's file: its settings, the places in it that a drawing changes, and what goes there.

use std::fmt::Write as _;
use std::ops::Range;

use batch_task_languages::Language;
use batch_task_widget::list::ListQuery;
use batch_task_widget::page::PageQuery;
use batch_task_widget::prerender::{self, Drawing, OF_BATCH};

use crate::data_block::data_block;
use crate::html::{StartTag, escaped, start_tags};
use crate::language;
use crate::query::{Query, encoded};
use crate::stylesheet::stylesheet;
use crate::{Call, Operation, Response, Visit};

/// The page's `index.html`, with its settings, which are `meta` elements.
#[derive(Debug, Clone)]
pub struct Template {
    html: String,
    settings: Settings,
    /// The places in order. They do not overlap.
    places: Vec<(Range<usize>, Place)>,
}

/// The settings that matter here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Settings {
    /// The batch of a page about one batch.
    batch_id: Option<String>,
    has_own_batch_route: bool,
    has_own_list_route: bool,
    has_list: bool,
    redact: bool,
    compact: bool,
}

/// A place in the file that a drawing changes.
#[derive(Debug, Clone)]
enum Place {
    /// The start tag of the root element.
    Root(StartTag),
    /// The `title` element.
    Title,
    /// The `meta` element with the description.
    Description,
    /// The `link` element of the icon.
    Icon,
    /// The start tag of a classic script that the parser would wait for.
    Script(StartTag),
    /// The end of the head, which is empty.
    HeadEnd,
    /// The start tag of the main element.
    Main(StartTag),
    /// The content of the main element.
    Content,
    /// The end of the body, which is empty.
    BodyEnd,
}

/// The id of the element that the page is drawn in.
const MAIN: &str = "batch-task";

impl Template {
    /// Reads the page. Returns `None` if it has no place for a drawing, so that it can only be served as it is.
    #[must_use]
    pub fn parse(html: &str) -> Option<Self> {
        let tags = start_tags(html);
        let meta = |name: &str| {
            let tag = tags.iter().find(|tag| tag.name == "meta" && tag.attribute("name") == Some(name));
            tag.map(|tag| tag.attribute("content").unwrap_or_default().trim())
        };
        let is_set = |name| meta(name).is_some_and(|text| !text.is_empty() && text != "false");
        let list = meta("batch-task-list-endpoint");
        let batch = meta("batch-task-endpoint").filter(|endpoint| !endpoint.is_empty());
        let settings = Settings {
            batch_id: meta("batch-task-batch-id").filter(|id| !id.is_empty()).map(str::to_owned),
            has_own_batch_route: is_own_route(batch, "DescribeBatchTask"),
            has_own_list_route: is_own_route(list, "DescribeBatchTasks"),
            has_list: list != Some(""),
            redact: is_set("batch-task-redact"),
            compact: is_set("batch-task-compact"),
        };
        let main = tags.iter().find(|tag| tag.attribute("id") == Some(MAIN))?;
        let content = main.range.end..main.range.end + html[main.range.end..].find("</main>")?;
        let head_end = html.find("</head>").filter(|end| *end < content.start)?;
        let body_end = content.end + "</main>".len();
        let mut places = vec![
            (head_end..head_end, Place::HeadEnd),
            (main.range.clone(), Place::Main(main.clone())),
            (content, Place::Content),
            (body_end..body_end, Place::BodyEnd),
        ];
        for tag in tags.iter().filter(|tag| tag.range.start < head_end) {
            let range = tag.range.clone();
            match &*tag.name {
                "html" => places.push((range, Place::Root(tag.clone()))),
                "title" => {
                    let end = range.end + html[range.end..].find("</title>")? + "</title>".len();
                    places.push((range.start..end, Place::Title));
                }
                "meta" if tag.attribute("name") == Some("description") => {
                    places.push((range, Place::Description));
                }
                "link" if tag.attribute("rel").is_some_and(|rel| rel.split(' ').any(|rel| rel == "icon")) => {
                    places.push((range, Place::Icon));
                }
                "script" if is_classic(tag) => places.push((range, Place::Script(tag.clone()))),
                _ => {}
            }
        }
        places.sort_by_key(|(range, _)| (range.start, range.end));
        Some(Self { html: html.to_owned(), settings, places })
    }

    /// Returns the API call that the page makes first for this visit. `None` if it makes none, or none of this server.
    #[must_use]
    pub fn first_call(&self, visit: &Visit) -> Option<Call> {
        let query = Query::parse(&visit.query);
        let content = self.content(&query)?;
        let is_own = match content {
            Content::Batch(_) => self.settings.has_own_batch_route,
            Content::List(_) => self.settings.has_own_list_route,
        };
        is_own.then(|| content.call(visit.now_ms))
    }

    /// Returns the page with the state that the response gives.
    #[must_use]
    pub fn with_response(&self, visit: &Visit, response: &Response) -> String {
        self.drawn(visit, response).unwrap_or_else(|| self.html.clone())
    }

    fn drawn(&self, visit: &Visit, response: &Response) -> Option<String> {
        let query = Query::parse(&visit.query);
        let content = self.content(&query)?;
        let page_query = PageQuery::read(|name| query.get(name));
        let language = language::chosen(page_query.lang.as_deref(), visit.accept_language.as_deref());
        let is_fixed = self.settings.batch_id.is_some();
        let drawn = prerender::Visit {
            query: page_query,
            language,
            list_url: (self.settings.has_list && !is_fixed).then(|| query.without(OF_BATCH)),
            redact: self.settings.redact,
            compact: self.settings.compact,
            now_ms: visit.now_ms,
        };
        let Response { status, headers, body } = response;
        let plain = prerender::Response { status: *status, headers, body };
        let drawing = match &content {
            Content::Batch(batch_id) => prerender::batch(&drawn, batch_id, plain)?,
            Content::List(list_query) => {
                let batch_url =
                    query.with("batch-id", PLACEHOLDER).replacen(ENCODED_PLACEHOLDER, PLACEHOLDER, 1);
                prerender::list(&drawn, list_query, &batch_url, plain)?
            }
        };
        // The program masks account IDs after it has received them. A page that is saved or previewed should not have them.
        let is_embedded = drawing.is_success && !self.settings.redact;
        let key = content.call(visit.now_ms).query;
        let block = is_embedded.then(|| data_block(&key, response)).flatten();
        // The program sets it later, when another theme would have been on the screen.
        let theme =
            query.get("theme").filter(|theme| matches!(&**theme, "light" | "dark")).unwrap_or_default();
        Some(self.with_drawing(&drawing, language, &theme, &block.unwrap_or_default()))
    }

    /// Returns what the page shows; `None` if that is several batches, or an ID that is not valid.
    fn content(&self, query: &Query) -> Option<Content> {
        let of_url = || query.get("batch-id").filter(|id| !id.trim().is_empty());
        let Some(given) = self.settings.batch_id.clone().or_else(of_url) else {
            return Some(Content::List(ListQuery::read(|name| query.get(name))));
        };
        let [batch_id] = <[String; 1]>::try_from(prerender::batch_ids(&given)).ok()?;
        Some(Content::Batch(batch_id))
    }

    fn with_drawing(&self, drawing: &Drawing, language: Language, theme: &str, block: &str) -> String {
        let Drawing { html: content, title, preview, description, icon, refresh_s, has_deferred, .. } =
            drawing;
        let mut html = String::with_capacity(self.html.len() + content.len() + block.len() + 2_048);
        let mut at = 0;
        for (range, place) in &self.places {
            html.push_str(&self.html[at..range.start]);
            at = range.end;
            match place {
                Place::Root(tag) => {
                    let tag = tag.clone().with("lang", language.tag());
                    html.push_str(&tag.with("data-theme", theme).html());
                }
                Place::Title => html.extend(["<title>", &escaped(title), "</title>"]),
                Place::Description => add_description(&mut html, preview, description),
                Place::Icon => match icon {
                    Some(icon) => html.extend(["<link rel=\"icon\" href=\"", &escaped(icon), "\" />"]),
                    None => html.push_str(&self.html[range.clone()]),
                },
                // Without it, browsers paint a part of the page before they parse the rest, and lay out twice.
                Place::Script(tag) => html.push_str(&tag.clone().with("defer", "defer").html()),
                Place::HeadEnd => {
                    if *has_deferred {
                        html.extend(["<link rel=\"stylesheet\" href=\"./", &stylesheet().name, "\" />"]);
                    }
                    if let Some(seconds) = refresh_s {
                        // Writing to a string does not fail.
                        let _ = write!(
                            html,
                            "<noscript><meta http-equiv=\"refresh\" content=\"{seconds}\" /></noscript>"
                        );
                    }
                }
                Place::Main(tag) => {
                    html.push_str(
                        &tag.clone().with("data-drawn", if *has_deferred { "all" } else { "first" }).html(),
                    );
                }
                Place::Content => html.push_str(content),
                Place::BodyEnd => html.push_str(block),
            }
        }
        html.push_str(&self.html[at..]);
        html
    }
}

/// The content of the page.
enum Content {
    /// One batch, by its ID.
    Batch(String),
    /// The form and the list.
    List(ListQuery),
}

impl Content {
    /// Returns the call for it.
    fn call(&self, now_ms: u64) -> Call {
        match self {
            Self::Batch(batch_id) => {
                Call { operation: Operation::Batch, query: encoded([("BatchId", &**batch_id)]) }
            }
            Self::List(query) => {
                let parameters = query.parameters(now_ms);
                let parameters = parameters.iter().map(|(name, value)| (*name, &**value));
                Call { operation: Operation::List, query: encoded(parameters) }
            }
        }
    }
}

/// Stands for the ID in the URL of a batch, and how a URL has it.
const PLACEHOLDER: &str = "{BatchId}";
const ENCODED_PLACEHOLDER: &str = "%7BBatchId%7D";

fn add_description(html: &mut String, preview: &str, description: &str) {
    html.extend(["<meta name=\"description\" content=\"", &escaped(description), "\" />\n    "]);
    for (property, content) in [("title", preview), ("description", description), ("type", "website")] {
        html.extend(["<meta property=\"og:", property, "\" content=\"", &escaped(content), "\" />\n    "]);
    }
}

/// Whether a browser stops parsing until this script, which is a file, has run.
fn is_classic(tag: &StartTag) -> bool {
    let has = |name| tag.attribute(name).is_some();
    has("src") && !has("type") && !has("async") && !has("defer")
}

/// Whether an endpoint is the route of this server for an operation. Without a setting it is.
fn is_own_route(endpoint: Option<&str>, operation: &str) -> bool {
    let path = endpoint
        .map(|endpoint| endpoint.strip_prefix("./").or(endpoint.strip_prefix('/')).unwrap_or(endpoint));
    path.is_none_or(|path| path.strip_prefix("api/") == Some(operation))
}
