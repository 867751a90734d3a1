//! Masks account ids, keys, tokens and e-mail addresses in texts, for pages that are visible to others.
//!
//! A crate of its own, because it is compiled for size while the decoder is compiled for speed. The patterns:
//!
//! | what | for example | becomes |
//! | --- | --- | --- |
//! | an account after `aliuid`, of any length | `aliuid:1422133474238823` | `aliuid:…` |
//! | an account of 12 to 20 digits after a word that ends in `uid`, `account`, `owner`, `user`, `principal`, `caller`, `parentid`, `aliyunpk`, `账号`, `账户` or `用户`, or their traditional or alternative spelling (any case and number; `id`, `no` or `number` may follow) | `account id "1422133474238823"` | `account id "…"` |
//! | further accounts of 15 to 20 digits after a comma or "and" | `uids=[1422133474238823,1422133474238824]` | `uids=[…,…]` |
//! | the account of a resource name | `acs:ram::1422133474238823:role/x` | `acs:ram::…:role/x` |
//! | the account of a login name | `ann@1422133474238823.onaliyun.com` | `ann@….onaliyun.com` |
//! | an account of 15 to 20 digits in a host name of Alibaba Cloud | `1422133474238823.cn-hangzhou.fc.aliyuncs.com` | `….cn-hangzhou.fc.aliyuncs.com` |
//! | an AccessKey id | `LTAI5tFooBarFooBarFooBar` | `LTAI…` |
//! | a temporary AccessKey id | `STS.NUFooBarFoo`, `TMP.3KFooBar` | `STS.…`, `TMP.…` |
//! | a security token or JSON web token | `CAIS8wF1q6Ft5B2yfSjIr5fD…` | `…` |
//! | a value after `=`, `:` or `>` and a word that ends in `secret`, `token`, `accesskey`, `accesskeyid`, `secretkey`, `apikey`, `password` or `signature`, if it has 8 characters with letters and digits, or 24 | `AccessKeySecret=Foo1Bar2` | `AccessKeySecret=…` |
//! | an e-mail address, but not a user of an instance: `root@pc-pz5f6mvi1p84t35d7.rwlb.rds.aliyuncs.com` | `ann@example.com` | `…` |
//!
//! Any number of separators (spaces, brackets, quotes, `:`, `=`, `#`, `/`, and those of Chinese texts) may stand between the word and the
//! number; with only `-` or `_` between them, nothing, or a `.`, the number must have at least 15 digits. Escapes of URLs, JSON and HTML are read as the
//! characters that they represent, in any number of layers. Other numbers (a TaskId, a count, a time) and ids (`pc-…`) are not masked.
//! Masking is idempotent.
//!
//! [`KnownIds`] also masks an id wherever it occurs, after it was recognised once. The proxy does so in a whole body; the widget
//! masks a body while it arrives, and masks only the patterns.
//!
//! Every byte is read once, in linear time, and for a pattern at most 128 bytes behind it.

mod context;
mod known;
mod mask;
pub mod scan;
mod unit;
mod words;

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

use std::borrow::Cow;
use std::ops::Deref;

pub use self::context::Context;
pub use self::known::{AccountId, KnownIds, LEAST_LEARNT_DIGITS, MAX_LEARNT};
pub use self::mask::{Ids, LEAST_SECRET, masked};

/// Whether account ids are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Accounts {
    /// Unchanged.
    #[default]
    Shown,
    /// Masked by [`redact`].
    Masked,
}

impl Accounts {
    /// Returns a text as it may be shown, copied or sent.
    #[inline(never)]
    pub fn mask<T: Deref<Target = str> + From<String>>(self, text: &mut T) {
        if self == Self::Masked
            && let Cow::Owned(masked) = redact(text)
        {
            *text = masked.into();
        }
    }

    /// Like [`Self::mask`], for text that may not be UTF-8.
    #[inline]
    pub fn in_bytes(self, text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
        match self {
            Self::Shown => text,
            Self::Masked => patterns(&text).map_or(text, Cow::Owned),
        }
    }
}

/// Masks the patterns in `text`; returns it borrowed if there are none.
pub fn redact(text: &str) -> Cow<'_, str> {
    // Only ASCII is replaced, so the rest is still UTF-8.
    let masked = patterns(text.as_bytes()).and_then(|masked| String::from_utf8(masked).ok());
    masked.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Masks the patterns. Not generic, so that it is compiled with this crate, for size.
#[inline(never)]
fn patterns(text: &[u8]) -> Option<Vec<u8>> {
    masked(text, &mut Context::default(), &mut ())
}

/// Masks the patterns in the value of a member called `name`: `1422133474238823` is an account id if the name is `OwnerId`.
/// Returns `None` if there are none.
pub fn redact_member(name: &str, value: &str) -> Option<String> {
    let mut context = Context::default();
    masked(name.as_bytes(), &mut context, &mut ());
    let masked = masked(value.as_bytes(), &mut context.in_value(), &mut ());
    masked.and_then(|masked| String::from_utf8(masked).ok())
}
