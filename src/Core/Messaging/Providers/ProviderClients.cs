namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>The connections to providers: one pool for each, without redirects and without repetition.</summary>
public sealed class ProviderClients(IHttpMessageHandlerFactory handlers, TimeProvider time)
{
    /// <summary>The name of the handlers in use.</summary>
    public const string HandlerName = "texts";

    /// <summary>After this nobody waits any more; what became of the text is then unknown.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Where nobody answers a connection, nothing was handed over: found out before the timeout.</summary>
    internal static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(4);

    /// <param name="cancellationToken">Ends a question; a text on its way is never given up before its timeout.</param>
    internal ProviderCall Call(Uri? address, CancellationToken cancellationToken) =>
        new(handlers.CreateHandler(HandlerName), time, address, cancellationToken);

    internal static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };
}
