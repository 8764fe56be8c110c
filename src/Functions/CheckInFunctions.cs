using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using RecoveryOS.Core.CheckIns;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Inputs;
using RecoveryOS.Functions.Access;
using RecoveryOS.Functions.Http;

namespace RecoveryOS.Functions;

/// <summary>Check-ins over HTTP.</summary>
public sealed partial class CheckInFunctions(
    CheckInLog checkIns, CheckInHistory history, TimeProvider time, ILogger<CheckInFunctions> logger)
{
    [Function(nameof(SubmitCheckIn)), Allow(Role.Member, Role.Clinician)]
    public async Task<Results<Created<CheckIn>, Ok<CheckIn>, ProblemHttpResult>> SubmitCheckIn(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/check-ins")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var http = request.HttpContext;
        if (!IdempotencyKey.TryRead(request, out var key))
        {
            return Problem.Validation(http, IdempotencyKey.Header, IdempotencyKey.Rule);
        }

        var body = await request.ReadAsync(NewCheckIn.Read, cancellationToken);
        if (body.IsRefused(out var refusal, out var checkIn))
        {
            return refusal;
        }

        var submission = await checkIns.SubmitAsync(request.Caller(), checkIn, key, CheckIn.Api, cancellationToken);
        switch (submission)
        {
            case Submission.Created created:
                var took = time.GetElapsedTime(started).TotalMilliseconds;
                CheckInProcessed(logger, created.CheckIn.MemberId, CheckIn.Api, took);
                return TypedResults.Created($"/v1/check-ins/{created.CheckIn.Id}", created.CheckIn);
            case Submission.Replayed replayed:
                http.Response.Headers["Idempotent-Replayed"] = "true";
                return TypedResults.Ok(replayed.CheckIn);
            case Submission.KeyReused:
                return Problem.IdempotencyConflict(http);
            case Submission.MemberDischarged:
                return Problem.Conflict(http, "The member is discharged.");
            default:
                return Problem.NotFound(http, "member");
        }
    }

    [Function(nameof(GetCheckIn)), Allow(Role.Member, Role.Clinician)]
    public async Task<Results<Ok<CheckIn>, ProblemHttpResult>> GetCheckIn(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/check-ins/{id:guid}")] HttpRequest request,
        Guid id,
        CancellationToken cancellationToken) =>
        await history.FindAsync(request.Caller(), id, cancellationToken) is { } checkIn
            ? TypedResults.Ok(checkIn)
            : Problem.NotFound(request.HttpContext, "check-in");

    [Function(nameof(ListCheckIns)), Allow(Role.Member, Role.Clinician)]
    public async Task<Results<Ok<Page<CheckIn>>, ProblemHttpResult>> ListCheckIns(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/check-ins")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var caller = request.Caller();
        var query = new Query(request);
        var page = query.Page();
        var memberId = query.Uuid("member_id") ?? caller.OnlyMember;
        if (memberId is null && !query.Errors.Any)
        {
            query.Errors.Add("member_id", "is required");
        }

        if (query.Errors.Any || memberId is not { } member)
        {
            return Problem.Validation(request.HttpContext, query.Errors);
        }

        return await history.ListAsync(caller, member, page, cancellationToken) is { } found
            ? TypedResults.Ok(found)
            : Problem.NotFound(request.HttpContext, "member");
    }

    [LoggerMessage(EventName = "check_in_processed", Level = LogLevel.Information,
        Message = "{member_id} {channel} {duration_ms}")]
    private static partial void CheckInProcessed(ILogger logger, Guid member_id, string channel, double duration_ms);
}
