using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Cli.Demos;

/// <summary>The public API as a clinician of the local run's account sees it.</summary>
internal sealed class DemoApi : IDisposable
{
    private readonly HttpClient client;

    private DemoApi(HttpClient client) => this.client = client;

    /// <exception cref="CliException">No local run runs there.</exception>
    public static DemoApi Connect(LocalRun run)
    {
        var url = run.RunningUrl();
        var token = SigningKey.Load(run).Sign(
            new TokenRequest("clinician", run.AccountId(), null, TimeSpan.FromHours(1)), TimeProvider.System);
        return new(new HttpClient
        {
            BaseAddress = new Uri(url),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        });
    }

    public void Dispose() => client.Dispose();

    /// <exception cref="CliException">The service refused; its own words are in the message.</exception>
    public async Task<JsonNode> SendAsync(
        HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        using var response = await SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode && JsonNode.Parse(text) is { } answer
            ? answer
            : throw new CliException($"{method} {path} was answered {(int)response.StatusCode}: {text}");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new CliException($"The service at {client.BaseAddress} does not answer: {exception.Message}");
        }
    }
}

internal static class DemoAnswer
{
    /// <exception cref="CliException">The answer has no such text.</exception>
    public static string Text(this JsonNode node, string name) =>
        node[name]?.GetValue<string>() ?? throw new CliException($"The service's answer has no {name}.");
}
