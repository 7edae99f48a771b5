//! Which program is asking, and whether its token may do what it asks for.

use super::problem::{Kind, Problem};
use crate::app::App;
use crate::app::access::{self, Program, Scope};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::future::LocalBoxFuture;

/// Finds the program by its token; once per request.
///
/// # Errors
/// 401 without a token that stands, 503.
pub async fn program(req: &HttpRequest) -> Result<Program, Problem> {
    if let Some(known) = req.extensions().get::<Program>() {
        return Ok(known.clone());
    }
    let app = req.app_data::<web::Data<App>>().ok_or_else(|| Problem::new(Kind::Internal, "the server isn't set up"))?;
    let header = req.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|text| text.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some((_, token)) = token else {
        return Err(Problem::new(Kind::Unauthorized, "send `Authorization: Bearer TOKEN`; `comeback token create` makes a token"));
    };
    let found = access::program(app, token.trim()).await?;
    let found = found.ok_or_else(|| Problem::new(Kind::Unauthorized, "the token is not valid: unknown, mistyped or revoked"))?;
    req.extensions_mut().insert(found.clone());
    Ok(found)
}

async fn allowed(req: &HttpRequest, needs: Scope) -> Result<Program, Problem> {
    let program = program(req).await?;
    if program.scope < needs {
        let (has, needs) = (program.scope.as_str(), needs.as_str());
        return Err(Problem::new(Kind::Forbidden, format!("this needs the scope `{needs}`, and the token has `{has}`")));
    }
    Ok(program)
}

/// A program whose token may do at least what the type says.
macro_rules! caller {
    ($(#[$doc:meta])* $name:ident, $scope:ident) => {
        $(#[$doc])*
        pub struct $name(pub Program);

        impl FromRequest for $name {
            type Error = Problem;
            type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

            fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
                let req = req.clone();
                Box::pin(async move { allowed(&req, Scope::$scope).await.map(Self) })
            }
        }

        impl std::ops::Deref for $name {
            type Target = Program;
            fn deref(&self) -> &Program {
                &self.0
            }
        }
    };
}

caller!(
    /// May look.
    Reader,
    Read
);
caller!(
    /// May change.
    Writer,
    Write
);
caller!(
    /// May see raw bodies.
    Admin,
    Admin
);

/// May this program see addresses in full? Others see them masked.
pub fn sees_people(program: &Program) -> bool {
    program.scope >= Scope::Write
}

/// Who did it, for the audit.
pub fn actor(program: &Program) -> String {
    program.token_id.to_string()
}
