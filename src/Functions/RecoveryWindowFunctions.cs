using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Identity;
using RecoveryOS.Functions.Access;
using RecoveryOS.Functions.Http;

namespace RecoveryOS.Functions;

/// <summary>What can be restored, over HTTP.</summary>
public sealed class RecoveryWindowFunctions(BackupTargets targets, IServiceProvider services)
{
    [Function(nameof(GetRecoveryWindow)), Allow(Role.Operator)]
    public async Task<Results<Ok<RecoveryWindow>, ProblemHttpResult>> GetRecoveryWindow(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/recovery-window")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var query = new Query(request);
        var server = query.ServerName("server");
        if (query.Errors.Any)
            return Problem.Validation(request.HttpContext, query.Errors);

        var target = targets.All.FirstOrDefault(known => server is null || known.Name == server);
        return target is null
            ? Problem.NotFound(request.HttpContext, "server")
            : TypedResults.Ok(await Windows.ReadAsync(target.Name, cancellationToken));
    }

    /// <summary>Made when it is needed: where no store is configured there is nothing to make it of.</summary>
    private RecoveryWindows Windows => services.GetRequiredService<RecoveryWindows>();
}
