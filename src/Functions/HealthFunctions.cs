using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Messaging.Signatures;
using RecoveryOS.Functions.Access;

namespace RecoveryOS.Functions;

/// <summary>Whether the process lives, and whether it can do its work.</summary>
public sealed class HealthFunctions(Schema schema, SigningKeys keys, SignatureVerifier webhooks)
{
    [Function(nameof(Healthz)), Allow(Role.Anyone)]
    public static IResult Healthz(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "healthz")] HttpRequest request) =>
        TypedResults.Ok(new Health("ok"));

    [Function(nameof(Readyz)), Allow(Role.Anyone)]
    public async Task<IResult> Readyz(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "readyz")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var secrets = SecretsAsync(cancellationToken);
        var (database, state) = await DatabaseAsync(cancellationToken);
        var texts = webhooks.IsConfigured ? "ok" : "not_configured";
        var ready = state == "ok" && await secrets == "ok" && texts == "ok";
        if (!ready)
        {
            request.HttpContext.Response.Headers.RetryAfter = "2";
        }

        return TypedResults.Json(
            new Readiness(ready ? "ready" : "unavailable", database, state, await secrets, texts),
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<(string Database, string Schema)> DatabaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            return ("ok", await schema.ReadAsync(cancellationToken) switch
            {
                SchemaState.Supported => "ok",
                SchemaState.TooNew => "too_new",
                _ => "too_old",
            });
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            return ("unavailable", "unknown");
        }
    }

    private async Task<string> SecretsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await keys.FindAsync(null, cancellationToken)).Count > 0 ? "ok" : "unavailable";
        }
        catch (KeysUnavailableException)
        {
            return "unavailable";
        }
    }
}
