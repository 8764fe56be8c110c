using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Twilio.Clients;
using Twilio.Http;

namespace FunctionsWorker.Tests.Twilio;

/// <summary>Stands where api.twilio.com does, and answers what a test tells it to.</summary>
internal sealed class TwilioServer : IAsyncDisposable
{
    public const string AccountSid = "AC00000000000000000000000000000001";

    private readonly WebApplication _app;
    private readonly System.Net.Http.HttpClient _client;
    private readonly ConcurrentQueue<Answer> _answers = [];

    private TwilioServer(WebApplication app)
    {
        _app = app;
        _client = new(new Redirect(() => new(_app.Urls.Single()))) { Timeout = TimeSpan.FromSeconds(10) };
        _app.Run(AnswerAsync);
    }

    public ConcurrentQueue<Call> Calls { get; } = [];

    public TwilioRestClient Client => new(AccountSid, "secret", httpClient: new SystemNetHttpClient(_client));

    public static async Task<TwilioServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        var server = new TwilioServer(builder.Build());
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public TwilioRestClient ClientIn(string? region, string? edge) =>
        new("SK1", "key secret", AccountSid, region, new SystemNetHttpClient(_client), edge);

    public TwilioServer Answers(string body, int status = 200)
    {
        _answers.Enqueue(new(status, body));
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        Calls.Enqueue(new(
            http.Request.Method, $"{http.Request.Headers["X-Url"]}", await reader.ReadToEndAsync(http.RequestAborted),
            $"{http.Request.Headers.Authorization}", http.Request.ContentType));
        if (!_answers.TryDequeue(out var answer))
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = answer.Status;
        await http.Response.WriteAsync(answer.Body, http.RequestAborted);
    }

    public sealed record Call(string Method, string Url, string Body, string Authorization, string? ContentType);

    private sealed record Answer(int Status, string Body);

    /// <summary>Sends every request to the server, and the address it was meant for with it.</summary>
    private sealed class Redirect(Func<Uri> server) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("X-Url", request.RequestUri?.AbsoluteUri);
            request.RequestUri = server();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
