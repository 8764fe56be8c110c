using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Core.OnCall;
using RecoveryOS.Functions.Access;
using RecoveryOS.Functions.Http;

namespace RecoveryOS.Functions;

/// <summary>On-call contacts over HTTP.</summary>
public sealed class OnCallFunctions(OnCallRoster roster)
{
    [Function(nameof(GetOnCall)), Allow(Role.Clinician)]
    public async Task<Ok<Page<OnCallContact>>> GetOnCall(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/on-call")] HttpRequest request,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await roster.ListAsync(request.Caller(), cancellationToken));

    [Function(nameof(ReplaceOnCall)), Allow(Role.Clinician)]
    public async Task<Results<Ok<Page<OnCallContact>>, ProblemHttpResult>> ReplaceOnCall(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "v1/on-call")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadAsync(NewOnCallRoster.Read, cancellationToken);
        if (body.IsRefused(out var refusal, out var contacts))
        {
            return refusal;
        }

        return await roster.ReplaceAsync(request.Caller(), contacts, cancellationToken)
            ? TypedResults.Ok(await roster.ListAsync(request.Caller(), cancellationToken))
            : Problem.NotFound(request.HttpContext, "account");
    }
}
