using System.Net;

namespace RecoveryOS.Core.Tests.Identity;

/// <summary>Stands where the issuer's JWKS is fetched from.</summary>
internal sealed class JwksServer : HttpMessageHandler, IHttpClientFactory
{
    /// <summary>The document, or null for an issuer that is away.</summary>
    public string? Document { get; set; }

    public int Requests { get; private set; }

    public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests++;
        return Task.FromResult(Document is null
            ? new HttpResponseMessage(HttpStatusCode.BadGateway)
            : new HttpResponseMessage { Content = new StringContent(Document) });
    }
}
