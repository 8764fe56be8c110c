using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Alerts;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Functions.Access;
using RecoveryOS.Functions.Http;

namespace RecoveryOS.Functions;

/// <summary>Alerts over HTTP.</summary>
public sealed class AlertFunctions(AlertBoard board)
{
    [Function(nameof(ListAlerts)), Allow(Role.Clinician)]
    public async Task<Results<Ok<Page<Alert>>, ProblemHttpResult>> ListAlerts(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/alerts")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var query = new Query(request);
        var page = query.Page();
        var filter = new AlertFilter(
            query.Choice("status", AlertFilter.Statuses), query.Choice("severity", AlertFilter.Severities));
        return query.Errors.Any
            ? Problem.Validation(request.HttpContext, query.Errors)
            : TypedResults.Ok(await board.ListAsync(request.Caller(), filter, page, cancellationToken));
    }

    [Function(nameof(AcknowledgeAlert)), Allow(Role.Clinician)]
    public async Task<Results<Ok<Alert>, ProblemHttpResult>> AcknowledgeAlert(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/alerts/{id:guid}/acknowledge")]
        HttpRequest request,
        Guid id,
        CancellationToken cancellationToken) =>
        Answer(request.HttpContext, await board.AcknowledgeAsync(request.Caller(), id, cancellationToken));

    [Function(nameof(ResolveAlert)), Allow(Role.Clinician)]
    public async Task<Results<Ok<Alert>, ProblemHttpResult>> ResolveAlert(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/alerts/{id:guid}/resolve")] HttpRequest request,
        Guid id,
        CancellationToken cancellationToken) =>
        Answer(request.HttpContext, await board.ResolveAsync(request.Caller(), id, cancellationToken));

    private static Results<Ok<Alert>, ProblemHttpResult> Answer(HttpContext http, AlertMove move) => move switch
    {
        AlertMove.Done done => TypedResults.Ok(done.Alert),
        AlertMove.OutOfOrder stuck => Problem.Conflict(
            http, $"The alert is {stuck.Status}; the order is open, acknowledged, resolved."),
        _ => Problem.NotFound(http, "alert"),
    };
}
