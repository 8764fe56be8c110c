using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Messaging.Messages;
using RecoveryOS.Functions.Access;
using RecoveryOS.Functions.Http;

namespace RecoveryOS.Functions;

/// <summary>Messages to members over HTTP.</summary>
public sealed class MessageFunctions(MessageBook messages, TimeProvider time)
{
    [Function(nameof(SendMessage)), Allow(Role.Clinician)]
    public async Task<Results<Accepted<Message>, Ok<Message>, ProblemHttpResult>> SendMessage(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/messages")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var http = request.HttpContext;
        if (!IdempotencyKey.TryRead(request, out var key))
        {
            return Problem.Validation(http, IdempotencyKey.Header, IdempotencyKey.Rule);
        }

        var body = await request.ReadAsync(json => NewMessage.Read(json, time.GetUtcNow()), cancellationToken);
        if (body.IsRefused(out var refusal, out var message))
        {
            return refusal;
        }

        switch (await messages.PostAsync(request.Caller(), message, key, cancellationToken))
        {
            case Posting.Queued queued:
                return TypedResults.Accepted($"/v1/messages/{queued.Message.Id}", queued.Message);
            case Posting.Replayed replayed:
                http.Response.Headers["Idempotent-Replayed"] = "true";
                return TypedResults.Ok(replayed.Message);
            case Posting.KeyReused:
                return Problem.IdempotencyConflict(http);
            case Posting.MemberDischarged:
                return Problem.Conflict(http, "The member is discharged.");
            default:
                return Problem.NotFound(http, "member");
        }
    }

    [Function(nameof(GetMessage)), Allow(Role.Clinician)]
    public async Task<Results<Ok<Message>, ProblemHttpResult>> GetMessage(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/messages/{id:guid}")] HttpRequest request,
        Guid id,
        CancellationToken cancellationToken) =>
        await messages.FindAsync(request.Caller(), id, cancellationToken) is { } message
            ? TypedResults.Ok(message)
            : Problem.NotFound(request.HttpContext, "message");
}
