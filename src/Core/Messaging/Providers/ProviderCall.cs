using System.Globalization;
using System.Net;

namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>
/// One request to a provider, and what is known of it however it ended. It stands between a provider's library, which
/// forgets headers and hides what went wrong, and the connection.
/// </summary>
/// <param name="connections">Shared by all calls.</param>
/// <param name="address">Where to go instead of the provider's own host; null: there.</param>
internal sealed class ProviderCall(
    HttpMessageHandler connections, TimeProvider time, Uri? address, CancellationToken cancellationToken)
    : DelegatingHandler(connections)
{
    private WatchedContent? content;

    /// <summary>Null without an answer.</summary>
    public HttpStatusCode? Status { get; private set; }

    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>Whether any of the request's body left, so that the provider may have it.</summary>
    public bool WasSent => content is { IsStarted: true };

    /// <summary>A client for this call alone.</summary>
    public HttpClient Client() => new(this, disposeHandler: false) { Timeout = ProviderClients.Timeout };

    /// <summary>What came of a call that was not answered as it should be.</summary>
    /// <param name="code">The provider's own, where it gave one.</param>
    public SendOutcome Failed(string? code, Exception? exception)
    {
        if (Status is not { } status)
        {
            return WasSent ? new SendOutcome.Unknown(Silence(exception)) : new SendOutcome.Refused("http_connect");
        }

        return (int)status switch
        {
            < 300 => new SendOutcome.Unknown("bad_answer"),
            >= 500 => new SendOutcome.Unknown(HttpCode(status)),
            _ => new SendOutcome.Refused(code ?? HttpCode(status), RetryAfter),
        };
    }

    /// <summary>Why a question was not answered.</summary>
    public string FailedLook(Exception? exception) => Status switch
    {
        null => Silence(exception),
        { } status when (int)status < 300 => "bad_answer",
        { } status => HttpCode(status),
    };

    public static string HttpCode(HttpStatusCode status) =>
        string.Create(CultureInfo.InvariantCulture, $"http_{(int)status}");

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken requestCanceled)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, requestCanceled);
        if (request.Content is { } body)
        {
            request.Content = content = new WatchedContent(body);
        }

        if (address is not null && request.RequestUri is { } uri)
        {
            request.RequestUri = new UriBuilder(uri)
            {
                Scheme = address.Scheme,
                Host = address.Host,
                Port = address.Port,
            }.Uri;
        }

        var response = await base.SendAsync(request, either.Token);
        Status = response.StatusCode;
        RetryAfter = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => Max(date - time.GetUtcNow(), TimeSpan.Zero),
            _ => null,
        };
        return response;
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static string Silence(Exception? exception) =>
        exception is OperationCanceledException || exception?.InnerException is OperationCanceledException
            ? "timeout"
            : "connection_lost";
}
