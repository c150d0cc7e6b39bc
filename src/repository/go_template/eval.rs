//! Execution of parsed Go templates.
//!
//! Source: `exec.go` of Go's package `text/template`.

use super::functions::{call_function, is_function};
use super::parser::{Operand, Pipeline, TemplateNode, Term};
use super::value::GoValue;
use super::{MissingKey, TemplateFailure};

/// The most nodes and operands that are looked at.
const MAX_STEPS: usize = 1_000_000;

/// The most bytes that a template prints.
const MAX_OUTPUT: usize = 1024 * 1024;

/// The state of an execution.
pub(super) struct Evaluator<'v> {
    root: &'v GoValue,
    missing_key: MissingKey,
    /// Variables in scope, the newest last.
    variables: Vec<(String, GoValue)>,
    output: String,
    steps: usize,
}

/// The way on from a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

impl<'v> Evaluator<'v> {
    pub(super) fn new(root: &'v GoValue, missing_key: MissingKey) -> Evaluator<'v> {
        let variables = vec![("$".to_owned(), root.clone())];
        Evaluator { root, missing_key, variables, output: String::new(), steps: 0 }
    }

    pub(super) fn render(mut self, nodes: &[TemplateNode]) -> Result<String, TemplateFailure> {
        self.run_block(nodes, self.root)?;
        Ok(self.output)
    }

    fn count_step(&mut self) -> Result<(), TemplateFailure> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(TemplateFailure::unsupported("a template that takes so many steps"));
        }
        if self.output.len() > MAX_OUTPUT {
            return Err(TemplateFailure::unsupported("a template that prints so much"));
        }
        Ok(())
    }

    /// Runs nodes; variables that they declare end with them.
    fn run_block(&mut self, nodes: &[TemplateNode], dot: &GoValue) -> Result<Flow, TemplateFailure> {
        let known = self.variables.len();
        let mut flow = Flow::Next;
        for node in nodes {
            flow = self.run_node(node, dot)?;
            if flow != Flow::Next {
                break;
            }
        }
        self.variables.truncate(known);
        Ok(flow)
    }

    fn run_node(&mut self, node: &TemplateNode, dot: &GoValue) -> Result<Flow, TemplateFailure> {
        self.count_step()?;
        let known = self.variables.len();
        let flow = match node {
            TemplateNode::Text(text) => {
                self.output.push_str(text);
                Flow::Next
            }
            TemplateNode::Print(pipeline) => {
                let value = self.eval_pipeline(pipeline, dot)?;
                if pipeline.variables.is_empty() {
                    self.print(&value)?;
                }
                return Ok(Flow::Next);
            }
            TemplateNode::If { condition, then, otherwise } => {
                let branch = if self.eval_pipeline(condition, dot)?.is_true() { then } else { otherwise };
                self.run_block(branch, dot)?
            }
            TemplateNode::With { value, then, otherwise } => {
                let value = self.eval_pipeline(value, dot)?;
                if value.is_true() { self.run_block(then, &value)? } else { self.run_block(otherwise, dot)? }
            }
            TemplateNode::Range { items, body, otherwise } => self.run_range(items, body, otherwise, dot)?,
            TemplateNode::Break => Flow::Break,
            TemplateNode::Continue => Flow::Continue,
        };
        self.variables.truncate(known);
        Ok(flow)
    }

    fn print(&mut self, value: &GoValue) -> Result<(), TemplateFailure> {
        match value {
            GoValue::Zero => return Err(TemplateFailure::unsupported("a key that is missing, as a text")),
            GoValue::Missing | GoValue::Nil => self.output.push_str("<no value>"),
            value => value.print(&mut self.output),
        }
        Ok(())
    }

    fn run_range(
        &mut self,
        items: &Pipeline,
        body: &[TemplateNode],
        otherwise: &[TemplateNode],
        dot: &GoValue,
    ) -> Result<Flow, TemplateFailure> {
        if items.is_assignment {
            return Err(TemplateFailure::unsupported("a range that sets a variable which exists"));
        }
        let pipeline = self.eval_commands(&items.commands, dot)?;
        let mut entries: Vec<(GoValue, GoValue)> = Vec::new();
        match pipeline {
            GoValue::List(values) => {
                for (at, value) in values.into_iter().enumerate() {
                    entries.push((GoValue::Int(at as i64), value));
                }
            }
            GoValue::Map(values) => {
                for (key, value) in values {
                    entries.push((GoValue::Text(key), value));
                }
            }
            GoValue::Missing | GoValue::Nil | GoValue::Zero => {}
            other => return Err(TemplateFailure::unsupported(format!("a range over a {}", other.kind()))),
        }
        if entries.is_empty() {
            return self.run_block(otherwise, dot);
        }
        let known = self.variables.len();
        for (key, value) in entries {
            match &items.variables[..] {
                [] => {}
                [item] => self.variables.push((item.clone(), value.clone())),
                [index, item] => {
                    self.variables.push((index.clone(), key));
                    self.variables.push((item.clone(), value.clone()));
                }
                _ => return Err(TemplateFailure::invalid("too many variables of a range")),
            }
            let flow = self.run_block(body, &value)?;
            self.variables.truncate(known);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::Next)
    }

    /// Evaluates a pipeline and sets its variables.
    fn eval_pipeline(&mut self, pipeline: &Pipeline, dot: &GoValue) -> Result<GoValue, TemplateFailure> {
        let value = self.eval_commands(&pipeline.commands, dot)?;
        match &pipeline.variables[..] {
            [] => {}
            [name] if !pipeline.is_assignment => self.variables.push((name.clone(), value.clone())),
            [name] => {
                let known = self.variables.iter_mut().rev().find(|(known, _)| known == name);
                let Some((_, old)) = known else { return Err(undefined_variable(name)) };
                *old = value.clone();
            }
            _ => return Err(TemplateFailure::invalid("several variables outside of a range")),
        }
        Ok(value)
    }

    fn eval_commands(&mut self, commands: &[Vec<Operand>], dot: &GoValue) -> Result<GoValue, TemplateFailure> {
        let mut last = None;
        for operands in commands {
            let value = self.eval_command(operands, dot, last.take())?;
            // A null that comes out of a pipeline has no type any more.
            last = Some(if value == GoValue::Nil { GoValue::Missing } else { value });
        }
        Ok(last.unwrap_or(GoValue::Missing))
    }

    fn eval_command(
        &mut self,
        operands: &[Operand],
        dot: &GoValue,
        last: Option<GoValue>,
    ) -> Result<GoValue, TemplateFailure> {
        let Some((first, arguments)) = operands.split_first() else { return Ok(GoValue::Missing) };
        match &first.term {
            Term::Function(name) if first.fields.is_empty() => self.eval_function(name, arguments, dot, last),
            Term::Nil => Err(TemplateFailure::invalid("nil is not a command")),
            _ if !arguments.is_empty() || last.is_some() => {
                Err(TemplateFailure::invalid("arguments of what is not a function"))
            }
            _ => self.eval_operand(first, dot),
        }
    }

    fn eval_function(
        &mut self,
        name: &str,
        arguments: &[Operand],
        dot: &GoValue,
        last: Option<GoValue>,
    ) -> Result<GoValue, TemplateFailure> {
        self.count_step()?;
        if matches!(name, "and" | "or") {
            return self.eval_until(name == "or", arguments, dot, last);
        }
        if !is_function(name) {
            return Err(TemplateFailure::unsupported(format!("the template function {name}")));
        }
        let mut values = Vec::with_capacity(arguments.len() + 1);
        for argument in arguments {
            values.push(self.eval_operand(argument, dot)?);
        }
        values.extend(last);
        call_function(name, &values)
    }

    /// Evaluates `and` and `or`: the first argument that decides, or the last one.
    fn eval_until(
        &mut self,
        decisive: bool,
        arguments: &[Operand],
        dot: &GoValue,
        last: Option<GoValue>,
    ) -> Result<GoValue, TemplateFailure> {
        let mut value = None;
        for argument in arguments {
            let next = self.eval_operand(argument, dot)?;
            if next.is_true() == decisive {
                return Ok(next);
            }
            value = Some(next);
        }
        last.or(value).ok_or_else(|| TemplateFailure::invalid("a condition without arguments"))
    }

    fn eval_operand(&mut self, operand: &Operand, dot: &GoValue) -> Result<GoValue, TemplateFailure> {
        self.count_step()?;
        let owned;
        let mut value = match &operand.term {
            Term::Dot => dot,
            Term::Variable(name) => {
                let known = self.variables.iter().rev().find(|(known, _)| known == name);
                match known {
                    Some((_, value)) => value,
                    None => return Err(undefined_variable(name)),
                }
            }
            Term::Literal(value) => value,
            Term::Nil => &GoValue::Nil,
            Term::Function(name) => {
                owned = self.eval_function(name, &[], dot, None)?;
                &owned
            }
            Term::Parentheses(pipeline) => {
                owned = self.eval_commands(&pipeline.commands, dot)?;
                &owned
            }
        };
        for name in &operand.fields {
            value = take_field(value, name, self.missing_key)?;
        }
        Ok(value.clone())
    }
}

/// The field of a mapping.
fn take_field<'v>(value: &'v GoValue, name: &str, missing_key: MissingKey) -> Result<&'v GoValue, TemplateFailure> {
    let no_entry = || TemplateFailure::missing_key(format!("map has no entry for key {name:?}"));
    match (value, missing_key) {
        (GoValue::Map(entries), rule) => match (entries.get(name), rule) {
            (Some(value), _) => Ok(value),
            (None, MissingKey::NoValue) => Ok(&GoValue::Missing),
            (None, MissingKey::Zero) => Ok(&GoValue::Zero),
            (None, MissingKey::Error) => Err(no_entry()),
        },
        (GoValue::Missing, MissingKey::Error) => Err(no_entry()),
        (GoValue::Missing, _) => Ok(&GoValue::Missing),
        (GoValue::Zero, _) => Err(TemplateFailure::unsupported(format!("the field {name} of a key that is missing"))),
        (GoValue::Nil, _) => Err(TemplateFailure::invalid(format!("the field {name} of a null"))),
        (other, _) => Err(TemplateFailure::missing_key(format!("the field {name} of a {}", other.kind()))),
    }
}

fn undefined_variable(name: &str) -> TemplateFailure {
    TemplateFailure::invalid(format!("the variable {name} is not defined"))
}
