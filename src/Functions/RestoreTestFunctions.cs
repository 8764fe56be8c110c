using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Runs;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Functions.Access;
using RecoveryOS.Functions.Http;

namespace RecoveryOS.Functions;

/// <summary>Restore tests over HTTP.</summary>
public sealed class RestoreTestFunctions(RestoreTests tests, RestoreTestBell bell, BackupTargets targets)
{
    [Function(nameof(ListRestoreTests)), Allow(Role.Operator)]
    public async Task<Results<Ok<Page<RestoreTest>>, ProblemHttpResult>> ListRestoreTests(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/restore-tests")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var query = new Query(request);
        var page = query.Page();
        var server = query.Choice("server", Servers);
        return query.Errors.Any
            ? Problem.Validation(request.HttpContext, query.Errors)
            : TypedResults.Ok(await tests.ListAsync(server, page, cancellationToken));
    }

    [Function(nameof(GetRestoreTest)), Allow(Role.Operator)]
    public async Task<Results<Ok<RestoreTest>, ProblemHttpResult>> GetRestoreTest(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/restore-tests/{id:guid}")] HttpRequest request,
        Guid id,
        CancellationToken cancellationToken) =>
        await tests.FindAsync(id, cancellationToken) is { } test
            ? TypedResults.Ok(test)
            : Problem.NotFound(request.HttpContext, "restore test");

    [Function(nameof(StartRestoreTest)), Allow(Role.Operator)]
    public async Task<Results<Accepted<RestoreTest>, ProblemHttpResult>> StartRestoreTest(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/restore-tests")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadAsync(json => NewRestoreTest.Read(json, Servers), cancellationToken);
        if (body.IsRefused(out var refusal, out var asked))
            return refusal;

        var test = await tests.QueueAsync(asked, request.Caller().Actor, cancellationToken);
        bell.Ring();
        return TypedResults.Accepted($"/v1/restore-tests/{test.Id}", test);
    }

    private IReadOnlyList<string> Servers => [.. targets.All.Select(target => target.Name)];
}
