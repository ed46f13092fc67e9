//! Who may ask at all: the Host and Origin of a request, checked before anything else is looked at.
//!
//! A page of another site can make the operator's browser send requests to 127.0.0.1 (CSRF), and a hostile DNS name can
//! be bound to it (DNS rebinding). The first is told by `Origin` and `Sec-Fetch-Site`, the second by `Host`.
//! Deliberately absent: roles and sign-in.

use axum::http::{HeaderMap, Uri, header};

use super::problem::{Problem, ProblemKind};

/// Names under which the page may be opened.
#[derive(Clone, Debug, Default)]
pub(super) struct Guard {
    hosts: Vec<String>,
}

impl Guard {
    pub(super) fn new(hosts: &[String]) -> Self {
        Self { hosts: hosts.iter().map(|it| it.to_ascii_lowercase()).collect() }
    }

    /// Refuses a request that names another host or comes from another site's page.
    pub(super) fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next().and_then(|it| it.to_str().ok()), hosts.next()) else {
            return Err(Problem::new(ProblemKind::Unreadable, "a request has exactly one Host header"));
        };
        let absolute = uri.authority().map(axum::http::uri::Authority::as_str);
        if !self.knows(host) || absolute.is_some_and(|it| !self.knows(it)) {
            return Err(Problem::new(
                ProblemKind::ForeignHost,
                "open the page by a loopback name, or add this name to `hosts` in the configuration",
            ));
        }
        let origin = headers.get(header::ORIGIN).map(|it| it.to_str().unwrap_or("null"));
        let fetched_from = headers.get("sec-fetch-site").map(axum::http::HeaderValue::as_bytes);
        let foreign = match origin {
            Some(origin) => !same_origin(origin, host),
            None => fetched_from == Some(b"cross-site") && !is_navigation(headers),
        };
        if foreign {
            return Err(Problem::new(ProblemKind::ForeignOrigin, "only the station's own page may ask from a browser"));
        }
        Ok(())
    }

    fn knows(&self, authority: &str) -> bool {
        let Some(name) = host_of(authority) else { return false };
        let name = name.to_ascii_lowercase();
        is_loopback(&name) || self.hosts.contains(&name)
    }
}

/// Whether the request comes from the station's own page; it must have passed [`Guard::check`].
pub(super) fn is_own_page(headers: &HeaderMap) -> bool {
    headers.contains_key(header::ORIGIN)
}

/// A person following a link from elsewhere only opens the page; nothing is told to the other site.
fn is_navigation(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-mode").is_some_and(|it| it.as_bytes() == b"navigate")
}

fn same_origin(origin: &str, host: &str) -> bool {
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(|it| it.eq_ignore_ascii_case(host))
}

/// The name in front of the port; an IPv6 address keeps its brackets.
fn host_of(authority: &str) -> Option<&str> {
    let (name, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let end = rest.find(']')?.checked_add(2)?;
            authority.split_at_checked(end)?
        }
        None => {
            authority.find(':').map_or((authority, ""), |at| authority.split_at_checked(at).unwrap_or((authority, "")))
        }
    };
    let digits = port.strip_prefix(':').unwrap_or(port);
    let port_reads = port.is_empty() || (!digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()));
    (port_reads && !name.is_empty()).then_some(name)
}

fn is_loopback(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name == "localhost"
        || name.ends_with(".localhost")
        || name == "[::1]"
        || name.parse::<std::net::Ipv4Addr>().is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::Guard;
    use crate::http::problem::ProblemKind;
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], expected: Option<ProblemKind>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        let guard = Guard::new(&["Crib.example".to_owned()]);
        assert_eq!(guard.check(&Uri::from_static("/"), &map).err().map(|it| it.kind), expected, "{headers:?}");
    }

    #[test]
    fn only_our_own_names_are_served() {
        let foreign = Some(ProblemKind::ForeignHost);
        check(&[("host", "localhost")], None);
        check(&[("host", "LOCALHOST:7373")], None);
        check(&[("host", "127.0.0.1:7373")], None);
        check(&[("host", "127.9.9.9")], None);
        check(&[("host", "[::1]:7373")], None);
        check(&[("host", "crib.example:80")], None);
        check(&[("host", "evil.example")], foreign);
        check(&[("host", "127.0.0.1.evil.example")], foreign);
        check(&[("host", "localhost.evil.example")], foreign);
        check(&[("host", "localhost:80@evil.example")], foreign);
        check(&[("host", "[::1")], foreign);
        check(&[("host", "192.168.1.7")], foreign);
        check(&[("host", "")], foreign);
        check(&[], Some(ProblemKind::Unreadable));
        check(&[("host", "localhost"), ("host", "evil.example")], Some(ProblemKind::Unreadable));
    }

    #[test]
    fn a_page_of_another_site_may_not_ask() {
        let foreign = Some(ProblemKind::ForeignOrigin);
        let host = ("host", "127.0.0.1:7373");
        check(&[host, ("origin", "http://127.0.0.1:7373")], None);
        check(&[host, ("origin", "http://127.0.0.1:8080")], foreign);
        check(&[host, ("origin", "http://evil.example")], foreign);
        check(&[host, ("origin", "null")], foreign);
        check(&[host, ("sec-fetch-site", "cross-site")], foreign);
        check(&[host, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], None);
        check(&[host, ("sec-fetch-site", "same-origin")], None);
        check(&[host, ("sec-fetch-site", "none")], None);
    }
}
