using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Logging;

namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>The token for Azure Communication Services, kept until shortly before it ends.</summary>
public sealed partial class AzureToken(TokenCredential credential, TimeProvider time, ILogger<AzureToken> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);
    private static readonly TokenRequestContext Scope = new(["https://communication.azure.com/.default"]);

    private AccessToken? current;

    /// <summary>Null where none can be had; the log says why.</summary>
    internal async Task<string?> GetAsync(CancellationToken cancellationToken)
    {
        if (current is { } known && known.ExpiresOn - time.GetUtcNow() > Margin)
        {
            return known.Token;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var token = await credential.GetTokenAsync(Scope, limit.Token);
            current = token;
            return token.Token;
        }
        catch (Exception exception) when (exception is AuthenticationFailedException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LogNoToken(logger, exception.GetType().Name);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Error, "No token for Azure Communication Services: {Reason}")]
    private static partial void LogNoToken(ILogger logger, string reason);
}
