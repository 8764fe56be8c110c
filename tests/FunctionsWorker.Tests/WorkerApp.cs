using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsWorker.Tests;

/// <summary>A worker that serves functions of the tests' own on a port of its own.</summary>
internal sealed class WorkerApp : IAsyncDisposable
{
    private readonly IHost _host;

    private WorkerApp(IHost host, LogLines log)
    {
        var addresses = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        _host = host;
        Log = log;
        Address = addresses?.Addresses.Single() ?? throw new InvalidOperationException();
        Client = new()
        {
            BaseAddress = new(Address.StartsWith("http://unix:", StringComparison.Ordinal) ? "http://unix" : Address),
        };
    }

    public HttpClient Client { get; }

    public string Address { get; }

    public LogLines Log { get; }

    public IServiceProvider Services => _host.Services;

    /// <summary>Starts T's functions and no others.</summary>
    public static Task<WorkerApp> StartAsync<T>(
        Action<FunctionsApplicationBuilder>? configure = null, params string[] args) =>
        StartAsync([typeof(T)], configure, args);

    public static async Task<WorkerApp> StartAsync(
        IReadOnlyList<Type> functions, Action<FunctionsApplicationBuilder>? configure, params string[] args)
    {
        var log = new LogLines();
        var builder = FunctionsApplication.CreateBuilder(["--urls", "http://127.0.0.1:0", .. args]);
        builder.ConfigureFunctionsWebApplication();
        builder.FunctionClasses = new(functions);
        builder.Logging.AddProvider(log);
        configure?.Invoke(builder);

        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new(host, log);
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path) =>
        Client.SendAsync(new(method, path), TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<string> GetStringAsync(string path) =>
        Client.GetStringAsync(path, TestContext.Current.CancellationToken);

    /// <summary>A connection on which the test writes and reads HTTP itself.</summary>
    public async Task<TcpClient> ConnectAsync()
    {
        var address = new Uri(Address);
        var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        return connection;
    }

    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
