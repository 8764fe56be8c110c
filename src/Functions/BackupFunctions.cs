using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Backups.Runs;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Functions.Access;
using RecoveryOS.Functions.Http;

namespace RecoveryOS.Functions;

/// <summary>Backups over HTTP.</summary>
public sealed class BackupFunctions(BackupRuns runs)
{
    [Function(nameof(ListBackups)), Allow(Role.Operator)]
    public async Task<Results<Ok<Page<BackupRun>>, ProblemHttpResult>> ListBackups(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/backups")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var query = new Query(request);
        var page = query.Page();
        var filter = new BackupRunFilter(query.ServerName("server"), query.Choice("job", BackupJob.All));
        return query.Errors.Any
            ? Problem.Validation(request.HttpContext, query.Errors)
            : TypedResults.Ok(await runs.ListAsync(filter, page, cancellationToken));
    }
}
