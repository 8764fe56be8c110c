using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Risks;
using RecoveryOS.Functions.Access;
using RecoveryOS.Functions.Http;

namespace RecoveryOS.Functions;

/// <summary>The newest risk over HTTP.</summary>
public sealed class RiskFunctions(RiskReport report)
{
    [Function(nameof(GetRisk)), Allow(Role.Member, Role.Clinician)]
    public async Task<Results<Ok<MemberRisk>, ProblemHttpResult>> GetRisk(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/members/{id:guid}/risk")] HttpRequest request,
        Guid id,
        CancellationToken cancellationToken) =>
        await report.ReadAsync(request.Caller(), id, cancellationToken) switch
        {
            RiskReading.Read read => TypedResults.Ok(read.Risk),
            RiskReading.ConsentRequired => Problem.ConsentRequired(request.HttpContext),
            _ => Problem.NotFound(request.HttpContext, "member"),
        };
}
