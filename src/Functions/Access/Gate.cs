using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using RecoveryOS.Core.Identity;
using RecoveryOS.Functions.Http;

namespace RecoveryOS.Functions.Access;

/// <summary>
/// Lets a call through when the function's rule allows it, and refuses it otherwise. Refusals are made here and not in
/// ASP.NET Core middleware, where the Functions host would wait 15 s for an invocation that never starts.
/// </summary>
public sealed class Gate(AccessRules rules, TokenVerifier tokens) : IFunctionsWorkerMiddleware
{
    private const string Scheme = "Bearer ";

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var allowed = rules.For(context.FunctionDefinition.EntryPoint);
        if (context.GetHttpContext() is not { } http)
        {
            if (!allowed.Contains(Role.Schedule))
            {
                throw new InvalidOperationException($"{context.FunctionDefinition.Name} has no rule for the timer");
            }

            await next(context);
        }
        else if (await RefusalAsync(http, allowed) is { } refusal)
        {
            await refusal.ExecuteAsync(http);
        }
        else
        {
            await next(context);
        }
    }

    private async ValueTask<IResult?> RefusalAsync(HttpContext http, IReadOnlyList<Role> allowed)
    {
        if (allowed.Contains(Role.Anyone) || allowed.Contains(Role.Twilio))
        {
            return null;
        }

        if (await AuthenticateAsync(http) is not { } caller)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return Problem.Unauthenticated(http);
        }

        http.Features.Set(caller);
        return allowed.Any(caller.Is) ? null : Problem.Forbidden(http);
    }

    private async ValueTask<Caller?> AuthenticateAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization;
        return header is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? await tokens.VerifyAsync(value[Scheme.Length..], http.RequestAborted)
            : null;
    }
}

/// <summary>Who calls, for functions that ask for a token.</summary>
internal static class CallerOfRequest
{
    public static Caller Caller(this HttpRequest request) => request.HttpContext.Features.Get<Caller>()
        ?? throw new InvalidOperationException("the function's rule lets in callers without a token");
}
