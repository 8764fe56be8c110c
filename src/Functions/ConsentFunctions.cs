using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Consents;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Functions.Access;
using RecoveryOS.Functions.Http;

namespace RecoveryOS.Functions;

/// <summary>Consents over HTTP.</summary>
public sealed class ConsentFunctions(ConsentRegister register)
{
    [Function(nameof(RecordConsent)), Allow(Role.Member, Role.Clinician)]
    public async Task<Results<Created<Consent>, ProblemHttpResult>> RecordConsent(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/consents")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadAsync(NewConsent.Read, cancellationToken);
        if (body.IsRefused(out var refusal, out var consent))
        {
            return refusal;
        }

        return await register.RecordAsync(request.Caller(), consent, cancellationToken) is { } recorded
            ? TypedResults.Created($"/v1/consents/{recorded.Id}", recorded)
            : Problem.NotFound(request.HttpContext, "member");
    }

    [Function(nameof(ListConsents)), Allow(Role.Member, Role.Clinician)]
    public async Task<Results<Ok<Page<Consent>>, ProblemHttpResult>> ListConsents(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/members/{id:guid}/consents")] HttpRequest request,
        Guid id,
        CancellationToken cancellationToken)
    {
        var query = new Query(request);
        var page = query.Page();
        if (query.Errors.Any)
        {
            return Problem.Validation(request.HttpContext, query.Errors);
        }

        return await register.ListAsync(request.Caller(), id, page, cancellationToken) is { } found
            ? TypedResults.Ok(found)
            : Problem.NotFound(request.HttpContext, "member");
    }

    [Function(nameof(ChangeConsent)), Allow(Role.Member, Role.Clinician)]
    public async Task<Results<Ok<Consent>, ProblemHttpResult>> ChangeConsent(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/consents/{id:guid}")] HttpRequest request,
        Guid id,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadAsync(ConsentChange.Read, cancellationToken);
        if (body.IsRefused(out var refusal, out var change))
        {
            return refusal;
        }

        return await register.ChangeAsync(request.Caller(), id, change, cancellationToken) is { } changed
            ? TypedResults.Ok(changed)
            : Problem.NotFound(request.HttpContext, "consent");
    }
}
