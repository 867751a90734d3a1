//! The query of a URL.

/// The parameters of a query, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Decodes a query, as `URLSearchParams` does.
    pub(crate) fn parse(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// Returns the first parameter with this name.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    }

    /// Returns the query with this parameter once, with `?` in front.
    pub(crate) fn with(&self, name: &str, value: &str) -> String {
        let mut parameters = self.0.iter().map(|(name, value)| (&**name, &**value)).collect::<Vec<_>>();
        match parameters.iter().position(|(other, _)| *other == name) {
            Some(at) => {
                parameters[at].1 = value;
                let mut index = 0;
                parameters.retain(|(other, _)| {
                    index += 1;
                    *other != name || index == at + 1
                });
            }
            None => parameters.push((name, value)),
        }
        format!("?{}", encoded(parameters))
    }

    /// Returns the query without these parameters, with `?` in front.
    pub(crate) fn without(&self, names: &[&str]) -> String {
        let kept = self.0.iter().filter(|(name, _)| !names.contains(&&**name));
        format!("?{}", encoded(kept.map(|(name, value)| (&**name, &**value))))
    }
}

/// Encodes parameters, as `URLSearchParams` does.
pub(crate) fn encoded<'a>(parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}
