//! Orders the functions of a module so that similar ones are beside each other, where compressors refer to them in fewer bits.

use std::collections::HashMap;
use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{CodeSectionReader, CustomSectionReader, FunctionSectionReader, Parser, Payload, TypeRef};

/// Functions are compared by the different sequences of this many bytes in them.
const SEQUENCE: usize = 5;

/// For fingerprints of build results.
pub(super) const SETTINGS: (&str, usize) = ("nearest, from the shortest, no custom sections", SEQUENCE);

/// Returns the module with its functions in another order. Every reference to a function is rewritten. Custom sections, which browsers
/// ignore, are left out: the linker's relocations are no longer right, and are larger than the code.
///
/// # Errors
/// If the module is malformed.
pub(super) fn by_similarity(wasm: &[u8]) -> Result<Vec<u8>, Error> {
    let mut imported = 0;
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    let mut module = Module::new();
    Reordered::new(imported, chain(&bodies)).parse_core_module(&mut module, Parser::new(0), wasm)?;
    Ok(module.finish())
}

/// Returns the indices of the functions: the shortest, then always the most similar one of those that are left.
fn chain(bodies: &[&[u8]]) -> Vec<usize> {
    let sequences = Sequences::of(bodies);
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    left.sort_by_key(|&function| bodies[function].len());
    let mut order: Vec<usize> = left.drain(..left.len().min(1)).collect();
    while let Some(&last) = order.last()
        && !left.is_empty()
    {
        let similarity = sequences.similarity_to(last);
        // The shortest of those that are equally similar.
        let nearest = (0..left.len())
            .rev()
            .max_by(|&one, &other| similarity[left[one]].total_cmp(&similarity[left[other]]));
        order.extend(nearest.map(|position| left.remove(position)));
    }
    order
}

/// Which functions contain which sequences of bytes.
struct Sequences {
    /// The functions that contain a sequence.
    functions: Vec<Vec<usize>>,
    /// The different sequences in a function.
    sequences: Vec<Vec<usize>>,
}

impl Sequences {
    fn of(bodies: &[&[u8]]) -> Self {
        let mut numbers = HashMap::new();
        let mut functions: Vec<Vec<usize>> = Vec::new();
        let mut sequences = vec![Vec::new(); bodies.len()];
        for (function, body) in bodies.iter().enumerate() {
            for sequence in body.windows(SEQUENCE) {
                let number = *numbers.entry(sequence).or_insert(functions.len());
                if number == functions.len() {
                    functions.push(Vec::new());
                }
                if functions[number].last() != Some(&function) {
                    functions[number].push(function);
                    sequences[function].push(number);
                }
            }
        }
        Self { functions, sequences }
    }

    /// Returns, for each function, the share of sequences that it has in common with this one, from 0 to 1.
    fn similarity_to(&self, function: usize) -> Vec<f64> {
        let mut common = vec![0; self.sequences.len()];
        for &sequence in &self.sequences[function] {
            for &other in &self.functions[sequence] {
                common[other] += 1;
            }
        }
        let share = |(other, common): (usize, usize)| {
            let all = self.sequences[function].len() + self.sequences[other].len() - common;
            common as f64 / all.max(1) as f64
        };
        common.into_iter().enumerate().map(share).collect()
    }
}

/// Encodes a module again, with its functions in another order.
struct Reordered {
    /// The number of imported functions, which have the first indices.
    imported: u32,
    /// The functions that are not imported, in their new order.
    order: Vec<usize>,
    /// The new position of each.
    positions: Vec<u32>,
}

impl Reordered {
    fn new(imported: u32, order: Vec<usize>) -> Self {
        let mut positions = vec![0; order.len()];
        for (position, &function) in (0..).zip(&order) {
            positions[function] = position;
        }
        Self { imported, order, positions }
    }

    fn in_order<T: Clone>(&self, items: &[T]) -> Result<Vec<T>, Error> {
        let item = |&function: &usize| items.get(function).cloned().ok_or(Error::InvalidCodeSectionSize);
        self.order.iter().map(item).collect()
    }
}

impl Reencode for Reordered {
    type Error = Infallible;

    fn function_index(&mut self, index: u32) -> Result<u32, Error> {
        let Some(function) = index.checked_sub(self.imported) else { return Ok(index) };
        let position = self.positions.get(function as usize).ok_or(Error::InvalidCodeSectionSize)?;
        Ok(self.imported + position)
    }

    fn parse_custom_section(&mut self, _: &mut Module, _: CustomSectionReader<'_>) -> Result<(), Error> {
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        let types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        for type_index in self.in_order(&types)? {
            functions.function(type_index);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for body in self.in_order(&bodies)? {
            utils::parse_function_body(self, code, body)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        ConstExpr, CustomSection, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function,
        ImportSection, RefType, StartSection, TableSection, TableType, TypeSection, ValType,
    };
    use wasmparser::{ElementItems, Operator, Validator};

    use super::*;

    #[test]
    fn similar_functions_follow_each_other() {
        let bodies: [&[u8]; 6] =
            [b"abcdefghijk", b"0123456789", b"", b"abcdefghijkl", b"0123456789+-", b"#abcdefgh#"];
        assert_eq!(chain(&bodies), [2, 1, 4, 5, 0, 3]);
        assert_eq!(chain(&[]), Vec::<usize>::new());
    }

    /// A module with five functions, each of which begins with a constant of its own, and an imported one, which is number 0.
    fn module() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("", "imported", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        for (number, called) in [(1, 3), (2, 0), (3, 4), (4, 1), (5, 5)] {
            functions.function(0);
            let mut body = Function::new([(7 - number, ValType::I64)]);
            body.instructions().i32_const(number as i32).drop();
            for _ in number..5 {
                body.instructions().call(called);
            }
            body.instructions().ref_func(called).drop().end();
            code.function(&body);
        }
        let mut tables = TableSection::new();
        let element_type = RefType::FUNCREF;
        tables.table(TableType { element_type, table64: false, minimum: 4, maximum: None, shared: false });
        let mut exports = ExportSection::new();
        for index in [1, 3, 0] {
            exports.export(&format!("export {index}"), ExportKind::Func, index);
        }
        let mut elements = ElementSection::new();
        elements.active(None, &ConstExpr::i32_const(0), Elements::Functions((&[4, 5, 0, 1]).into()));
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&tables).section(&exports);
        module.section(&StartSection { function_index: 2 }).section(&elements).section(&code);
        module.section(&CustomSection { name: "reloc.CODE".into(), data: (&[0]).into() });
        module.finish()
    }

    /// Returns what refers to which function. A function is named by its constant.
    fn references(wasm: &[u8]) -> Vec<String> {
        let mut names = vec!["imported".to_owned()];
        let mut references = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.unwrap() {
                Payload::ExportSection(section) => references.extend(
                    section.into_iter().flatten().map(|export| (export.name.to_owned(), export.index)),
                ),
                Payload::StartSection { func, .. } => references.push(("start".to_owned(), func)),
                Payload::ElementSection(section) => {
                    for element in section {
                        let ElementItems::Functions(items) = element.unwrap().items else { continue };
                        let slots = items.into_iter().flatten().enumerate();
                        references
                            .extend(slots.map(|(slot, function)| (format!("element {slot}"), function)));
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    let mut operators = body.get_operators_reader().unwrap();
                    let name = format!("{:?}", operators.read().unwrap());
                    while let Ok(operator) = operators.read() {
                        if let Operator::Call { function_index } | Operator::RefFunc { function_index } =
                            operator
                        {
                            references.push((name.clone(), function_index));
                        }
                    }
                    names.push(name);
                }
                _ => {}
            }
        }
        let named = references.into_iter().map(|(from, to)| format!("{from}: {}", names[to as usize]));
        let mut named: Vec<_> = named.collect();
        named.sort();
        named
    }

    #[test]
    fn every_reference_is_still_to_the_same_function() {
        let before = module();
        let after = by_similarity(&before).unwrap();
        assert!(before != after && before.len() > after.len() + "reloc.CODE".len());
        for module in [&before, &after] {
            Validator::new().validate_all(module).unwrap();
        }
        assert_eq!(references(&before), references(&after));
        assert_eq!(references(&before).len(), 23, "{:?}", references(&before));
    }
}
