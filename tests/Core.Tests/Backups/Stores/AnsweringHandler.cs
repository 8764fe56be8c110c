namespace RecoveryOS.Core.Tests.Backups.Stores;

/// <summary>
/// Sends requests on to where they go, unless told to answer them itself, to change them, or to lose the answer.
/// </summary>
internal sealed class AnsweringHandler(
    Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>>? instead = null,
    Func<HttpRequestMessage, Task>? before = null,
    Func<HttpRequestMessage, HttpResponseMessage, HttpResponseMessage>? after = null)
    : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (instead is not null && await instead(request, cancellationToken) is { } answer)
        {
            answer.RequestMessage = request;
            return answer;
        }

        if (before is not null)
            await before(request);
        var real = await base.SendAsync(request, cancellationToken);
        return after is null ? real : after(request, real);
    }
}
