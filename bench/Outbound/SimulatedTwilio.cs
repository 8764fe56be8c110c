using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Bench.Outbound;

/// <summary>The simulator of Twilio's Messages API, as a process of its own; nothing goes wrong there.</summary>
internal sealed class SimulatedTwilio : IAsyncDisposable
{
    public const string AccountSid = "AC00000000000000000000000000000001";
    public const string AuthToken = "bench-token";
    public const string MessagingServiceSid = "MG00000000000000000000000000000001";

    private static readonly string Program =
        Path.Combine(Installation.Root, "artifacts", "bin", "TwilioSimulator", "release", "TwilioSimulator.dll");

    private readonly Process process;

    private SimulatedTwilio(Process process, string url) => (this.process, Url) = (process, url);

    public string Url { get; }

    public static async Task<SimulatedTwilio> StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [Program]) { RedirectStandardOutput = true };
        start.Environment["TWILIO_ACCOUNT_SID"] = AccountSid;
        start.Environment["TWILIO_AUTH_TOKEN"] = AuthToken;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{Program} did not start");
        var url = await ReadUrlAsync(process, cancellationToken);
        using var client = new HttpClient();
        using var faults = new StringContent(
            """{"delivers": false, "refusals": {}, "delivery_errors": {}}""",
            MediaTypeHeaderValue.Parse("application/json"));
        using var answer = await client.PutAsync(new Uri($"{url}/simulator/faults"), faults, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return new(process, url);
    }

    // Its addresses are the first thing that it says, as JSON over several lines.
    private static async Task<string> ReadUrlAsync(Process process, CancellationToken cancellationToken)
    {
        var said = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            said.AppendLine(line);
            if (line == "}")
            {
                using var addresses = JsonDocument.Parse(said.ToString());
                return addresses.RootElement.GetProperty("twilio").GetString()?.TrimEnd('/')
                    ?? throw new InvalidOperationException($"{Program} gave no address");
            }
        }

        throw new InvalidOperationException($"{Program} ended");
    }

    /// <summary>Forgets the texts, so that memory does not slow down who comes later.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var answer = await client.DeleteAsync(new Uri($"{Url}/simulator/messages"), cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A client that is allowed to send.</summary>
    public HttpClient CreateClient()
    {
        var client = new HttpClient { BaseAddress = new(Url) };
        client.DefaultRequestHeaders.Authorization = new(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{AccountSid}:{AuthToken}")));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }
}
