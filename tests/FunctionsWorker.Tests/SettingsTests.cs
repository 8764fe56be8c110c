using System.Net;
using System.Net.Sockets;
using FunctionsWorker.Tests.Samples;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionsWorker.Tests;

public sealed class SettingsTests
{
    private const string LocalSettings = """
        {
          "IsEncrypted": false,
          "Values": { "Schedules__Tick": "00:01:00", "Number": 7, "PATH": "nowhere" }
        }
        """;

    [Fact]
    public void Values_of_local_settings_are_settings()
    {
        using var folder = new AppFolder().With("local.settings.json", LocalSettings);

        var settings = FunctionsApplication.CreateBuilder(folder.Args).Configuration;

        Assert.Equal("00:01:00", settings["Schedules:Tick"]);
        Assert.Equal("7", settings["Number"]);
    }

    [Fact]
    public void Environment_wins_over_local_settings()
    {
        using var folder = new AppFolder().With("local.settings.json", LocalSettings);

        var settings = FunctionsApplication.CreateBuilder(folder.Args).Configuration;

        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), settings["PATH"]);
    }

    [Fact]
    public void Arguments_win_over_local_settings()
    {
        using var folder = new AppFolder().With("local.settings.json", LocalSettings);

        var settings = FunctionsApplication.CreateBuilder([.. folder.Args, "--Number", "8"]).Configuration;

        Assert.Equal("8", settings["Number"]);
    }

    [Fact]
    public void Builder_is_a_host_application_builder()
    {
        var builder = FunctionsApplication.CreateBuilder(["--environment", "Staging"]);

        Assert.Same(builder.Configuration, ((IHostApplicationBuilder)builder).Configuration);
        Assert.Equal("Staging", builder.Environment.EnvironmentName);
        Assert.NotNull(builder.Metrics);
        Assert.NotNull(builder.Properties);
    }

    [Fact]
    public async Task Worker_listens_on_a_unix_socket_whose_client_is_nobodys_loopback()
    {
        using var folder = new AppFolder();
        var path = folder.PathOf("worker.sock");
        await using var app = await WorkerApp.StartAsync<TimerFunctions>(
            builder => builder.Services.AddSingleton(new Probe()),
            "--urls", $"http://unix:{path}", "--Schedules:Tick", "01:00:00");
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = (_, cancellationToken) => ConnectAsync(path, cancellationToken),
        };
        using var client = new HttpClient(handler);

        var response = await client.PostAsync(
            "http://worker/admin/functions/Tick", null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
