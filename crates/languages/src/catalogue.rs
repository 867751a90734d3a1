//! The catalogues' names, texts and edition, and the macro that defines a catalogue.

use crate::language::Language;

/// Every message of one part of the interface in one language.
///
/// A catalogue is a struct with one text per message. Its texts are also a list in the order of [`NAMES`](Self::NAMES), as in
/// a language file.
pub trait Catalogue: Clone + Eq + 'static {
    /// The text in front of the language's tag in the name of a language file, such as `list/`.
    const PATH: &'static str;
    /// The message names, in file order.
    const NAMES: &'static [&'static str];
    /// A hash of the message names and their order. A language file with another edition is rejected.
    const EDITION: u32 = edition(Self::NAMES);

    /// Returns the English catalogue, from which the others are translated.
    fn english() -> &'static Self;

    /// Returns the messages in a language. A call with a language that is not known at compile time links the catalogues of all
    /// languages into the program.
    fn of(language: Language) -> Self;

    /// Returns the catalogue with these texts, which are in file order; `None` if their number is wrong.
    fn of_texts<'a>(texts: &'a [&'static str]) -> Option<&'a Self>;

    /// Returns the texts, in file order.
    fn texts(&self) -> Vec<&'static str>;
}

/// Defines a catalogue: its struct, the path of its language files, the static with each language's texts, and the names.
macro_rules! catalogue {
    (
        $(#[$type_doc:meta])* $type:ident, $path:literal,
        { English: $english:path, $($language:ident: $messages:path),+ $(,)? }
        $($(#[$doc:meta])* $name:ident),+ $(,)?
    ) => {
        $(#[$type_doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[repr(C)]
        #[allow(missing_docs, reason = "each field is described by its name and its English text")]
        pub struct $type { $($(#[$doc])* pub $name: &'static str),+ }

        impl $crate::catalogue::Catalogue for $type {
            const PATH: &'static str = $path;
            const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            fn english() -> &'static Self {
                &$english
            }

            fn of(language: $crate::language::Language) -> Self {
                match language {
                    $crate::language::Language::English => $english.clone(),
                    $($crate::language::Language::$language => $messages.clone(),)+
                    $crate::language::Language::Pseudo => $crate::pseudo::pseudo(&$english),
                }
            }

            #[allow(unsafe_code, reason = "assigning each field would add 5 KB to the WebAssembly")]
            fn of_texts<'a>(texts: &'a [&'static str]) -> Option<&'a Self> {
                let texts: &[&'static str; [$(stringify!($name)),+].len()] = texts.try_into().ok()?;
                // SAFETY: a `repr(C)` struct whose fields all have one type has the layout of an array of that type. The array
                // has as many elements as the struct has fields, and the lifetime is that of the borrow.
                Some(unsafe { &*std::ptr::from_ref(texts).cast::<Self>() })
            }

            fn texts(&self) -> Vec<&'static str> {
                vec![$(self.$name),+]
            }
        }
    };
}
pub(crate) use catalogue;

/// Returns the FNV-1a hash of the names.
const fn edition(names: &[&str]) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    let mut index = 0;
    while index < names.len() {
        let name = names[index].as_bytes();
        let mut at = 0;
        while at < name.len() {
            hash = (hash ^ name[at] as u32).wrapping_mul(0x0100_0193);
            at += 1;
        }
        hash = (hash ^ b',' as u32).wrapping_mul(0x0100_0193);
        index += 1;
    }
    hash
}
