using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Functions.Http;

/// <summary>Every refusal that the service answers: problem details (RFC 9457) with a code of the contract.</summary>
internal static class Problem
{
    public const int RetryAfterSeconds = 2;

    public static ProblemHttpResult Validation(HttpContext http, FieldErrors errors) => Create(
        http, 400, "validation", "The request is not valid", "See errors for each field.", errors.ToDictionary());

    public static ProblemHttpResult Validation(HttpContext http, string field, string message)
    {
        var errors = new FieldErrors();
        errors.Add(field, message);
        return Validation(http, errors);
    }

    public static ProblemHttpResult MalformedJson(HttpContext http) => Create(
        http, 400, "malformed_json", "The body is not JSON",
        "Send one JSON value in UTF-8, without repeated names and at most 16 levels deep.");

    public static ProblemHttpResult Unauthenticated(HttpContext http) => Create(
        http, 401, "unauthenticated", "A valid token is needed", "Send Authorization: Bearer with a current token.");

    public static ProblemHttpResult Forbidden(HttpContext http) => Create(
        http, 403, "forbidden", "Not for this role", "The token is valid, but its roles may not do this.");

    public static ProblemHttpResult ConsentRequired(HttpContext http) => Create(
        http, 403, "consent_required", "The member's consent is needed", "No active consent lets clinicians see this.");

    public static ProblemHttpResult NotFound(HttpContext http, string what) => Create(
        http, 404, "not_found", "Not found", $"There is no such {what}.");

    public static ProblemHttpResult IdempotencyConflict(HttpContext http) => Create(
        http, 409, "idempotency_conflict", "The key was used with another body",
        "Use a new Idempotency-Key for a new request.");

    public static ProblemHttpResult Conflict(HttpContext http, string detail) => Create(
        http, 409, "conflict", "Not possible in this state", detail);

    public static ProblemHttpResult PayloadTooLarge(HttpContext http) => Create(
        http, 413, "payload_too_large", "The body is too large", "A body has at most 64 KiB.");

    public static ProblemHttpResult UnsupportedMediaType(HttpContext http) => Create(
        http, 415, "unsupported_media_type", "The content type is not supported", "Send application/json in UTF-8.");

    public static ProblemHttpResult Unavailable(HttpContext http)
    {
        http.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(
            System.Globalization.CultureInfo.InvariantCulture);
        return Create(
            http, 503, "unavailable", "Unavailable for the moment", "Try again after the time in Retry-After.");
    }

    public static ProblemHttpResult Internal(HttpContext http) => Create(
        http, 500, "internal", "Something went wrong", "The request_id leads to the cause in our logs.");

    private static ProblemHttpResult Create(
        HttpContext http,
        int status,
        string code,
        string title,
        string detail,
        IReadOnlyDictionary<string, string[]>? errors = null)
    {
        Dictionary<string, object?> extensions = new() { ["code"] = code, ["request_id"] = http.TraceIdentifier };
        if (errors is not null)
        {
            extensions["errors"] = errors;
        }

        return TypedResults.Problem(detail, null, status, title, $"urn:recoveryos:error:{code}", extensions);
    }
}
