//! All integration tests in one linked program; each module is one topic.
