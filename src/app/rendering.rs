//! What rendering remembers: parsed templates, and the outlines of mails as MJML laid them out. In memory, bounded, and never wrong: what is remembered is
//! found by the very text from which it was made, so that no change of a template and no store can get another's.

use crate::domain::template::{Compiled, RenderContext, RenderedEmail, Shape, TemplateError, TemplateSource};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Parsed templates take at most about this much memory, in bytes.
const TEMPLATES_MAX: usize = 32 * 1024 * 1024;
/// A parsed template takes about this many times the memory of its text.
const PARSED_WEIGHT: usize = 16;
/// Laid out outlines take at most about this much memory, in bytes: some fifteen hundred of a usual length.
const SHAPES_MAX: usize = 64 * 1024 * 1024;

/// What was rendered before, as far as it helps to render again.
#[derive(Debug)]
pub struct Rendering {
    templates: Mutex<Generations<Arc<Compiled>>>,
    /// None where an outline can't be laid out for all values.
    shapes: Mutex<Generations<Option<Arc<Shape>>>>,
}

impl Default for Rendering {
    fn default() -> Self {
        Self { templates: Mutex::new(Generations::new(TEMPLATES_MAX)), shapes: Mutex::new(Generations::new(SHAPES_MAX)) }
    }
}

impl Rendering {
    /// A stored template, parsed once.
    ///
    /// # Errors
    /// When what is stored can't be read.
    pub fn template(&self, stored: &str) -> Result<Arc<Compiled>, serde_json::Error> {
        if let Some(found) = lock(&self.templates).get(stored) {
            return Ok(found);
        }
        // Outside of the lock: whoever else needs it meanwhile makes the same.
        let made = Arc::new(Compiled::of(&serde_json::from_str::<TemplateSource>(stored)?));
        lock(&self.templates).put(stored, Arc::clone(&made), stored.len().saturating_mul(PARSED_WEIGHT));
        Ok(made)
    }

    /// Renders a mail.
    ///
    /// # Errors
    /// As `template::render_email`.
    pub fn email(&self, template: &Compiled, context: &RenderContext) -> Result<RenderedEmail, TemplateError> {
        template.render_email(context, |skeleton| self.shape(skeleton))
    }

    fn shape(&self, skeleton: &str) -> Option<Arc<Shape>> {
        if let Some(found) = lock(&self.shapes).get(skeleton) {
            return found;
        }
        let made = Shape::of(skeleton).ok().flatten().map(Arc::new);
        let weight = skeleton.len() + made.as_deref().map_or(0, Shape::weight);
        lock(&self.shapes).put(skeleton, made.clone(), weight);
        made
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Remembers by two generations: once the young one is full it becomes the old one, and the old one is forgotten, but for what was asked for meanwhile.
#[derive(Debug)]
struct Generations<T> {
    young: HashMap<Box<str>, (T, usize)>,
    old: HashMap<Box<str>, (T, usize)>,
    weight: usize,
    max: usize,
}

impl<T: Clone> Generations<T> {
    fn new(max: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), weight: 0, max }
    }

    fn get(&mut self, key: &str) -> Option<T> {
        if let Some((found, _)) = self.young.get(key) {
            return Some(found.clone());
        }
        let (found, weight) = self.old.remove(key)?;
        self.put(key, found.clone(), weight);
        Some(found)
    }

    fn put(&mut self, key: &str, value: T, weight: usize) {
        // One that would fill a generation alone isn't worth the others.
        if weight > self.max / 4 {
            return;
        }
        if self.weight + weight > self.max / 2 {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
        match self.young.insert(key.into(), (value, weight)) {
            Some((_, before)) => self.weight = self.weight - before + weight,
            None => self.weight += weight,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_is_forgotten_in_time() {
        let mut cache = Generations::new(100);
        cache.put("used", 0, 10);
        for n in 0..100 {
            cache.put(&n.to_string(), n, 10);
            assert_eq!(cache.get("used"), Some(0), "after {n}");
            assert!(cache.young.len() + cache.old.len() <= 10, "{n}: {}", cache.young.len() + cache.old.len());
        }
        assert_eq!((cache.get("99"), cache.get("1")), (Some(99), None));
        cache.put("99", 7, 10);
        assert_eq!(cache.get("99"), Some(7));
        cache.put("huge", 1, 26);
        assert_eq!(cache.get("huge"), None);
    }

    #[test]
    fn a_template_is_parsed_once_and_another_text_is_another_template() {
        let rendering = Rendering::default();
        let stored = |body: &str| serde_json::json!({ "subject": "s", "body": body, "text": null }).to_string();
        let first = rendering.template(&stored("a")).expect("read");
        assert!(Arc::ptr_eq(&first, &rendering.template(&stored("a")).expect("read")));
        assert_eq!(rendering.template(&stored("b")).expect("read").source().body, "b");
        assert!(rendering.template("{").is_err());
    }
}
