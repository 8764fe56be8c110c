using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Members;
using RecoveryOS.Functions.Access;
using RecoveryOS.Functions.Http;

namespace RecoveryOS.Functions;

/// <summary>Members over HTTP.</summary>
public sealed class MemberFunctions(MemberRoster roster)
{
    [Function(nameof(EnrolMember)), Allow(Role.Clinician)]
    public async Task<Results<Created<Member>, ProblemHttpResult>> EnrolMember(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/members")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadAsync(NewMember.Read, cancellationToken);
        if (body.IsRefused(out var refusal, out var member))
        {
            return refusal;
        }

        return await roster.EnrolAsync(request.Caller(), member, cancellationToken) is { } enrolled
            ? TypedResults.Created($"/v1/members/{enrolled.Id}", enrolled)
            : Problem.NotFound(request.HttpContext, "account");
    }

    [Function(nameof(GetMember)), Allow(Role.Clinician)]
    public async Task<Results<Ok<Member>, ProblemHttpResult>> GetMember(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/members/{id:guid}")] HttpRequest request,
        Guid id,
        CancellationToken cancellationToken) =>
        await roster.FindAsync(request.Caller(), id, cancellationToken) is { } member
            ? TypedResults.Ok(member)
            : Problem.NotFound(request.HttpContext, "member");

    [Function(nameof(ChangeMember)), Allow(Role.Clinician)]
    public async Task<Results<Ok<Member>, ProblemHttpResult>> ChangeMember(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/members/{id:guid}")] HttpRequest request,
        Guid id,
        CancellationToken cancellationToken)
    {
        var body = await request.ReadAsync(MemberChange.Read, cancellationToken);
        if (body.IsRefused(out var refusal, out var change))
        {
            return refusal;
        }

        return await roster.ChangeAsync(request.Caller(), id, change, cancellationToken) is { } changed
            ? TypedResults.Ok(changed)
            : Problem.NotFound(request.HttpContext, "member");
    }
}
