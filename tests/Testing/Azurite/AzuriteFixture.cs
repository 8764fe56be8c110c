using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace RecoveryOS.Testing;

/// <summary>
/// One Azurite for all tests of an assembly, which starts when a test first asks for it; installed by npm, as locked
/// beside this file, where it is missing. Ends with the tests however they end.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private const string Account = "devstoreaccount1";

    // Azurite's own, known to everybody.
    private const string AccountKey =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private const string Listening = "successfully listens on ";

    private readonly SemaphoreSlim oneAtATime = new(1);
    private Process? process;
    private string? address;
    private int containers;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// A connection string for the account, and the address of a container's name that was not used before.
    /// </summary>
    public async Task<AzuriteContainer> ContainerAsync(CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            address ??= await StartAsync(cancellationToken);
        }
        finally
        {
            oneAtATime.Release();
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"container-{Interlocked.Increment(ref containers)}");
        return new AzuriteContainer($"{address}/{Account}/{name}", ConnectionString(address, AccountKey), name);
    }

    public static string ConnectionString(string address, string accountKey) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={accountKey};"
        + $"BlobEndpoint={address}/{Account};";

    public ValueTask DisposeAsync()
    {
        // It ends when its standard input does.
        process?.StandardInput.Close();
        process?.Dispose();
        oneAtATime.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> StartAsync(CancellationToken cancellationToken)
    {
        var root = Root(AppContext.BaseDirectory);
        var folder = Path.Combine(root, "artifacts", "azurite");
        await RunAsync(Path.Combine(root, "tests", "Testing", "Azurite", "install.sh"), folder, cancellationToken);
        const string Script = """
            node "$0" --blobHost 127.0.0.1 --blobPort 0 --skipApiVersionCheck \
                --inMemoryPersistence --disableTelemetry 2>&1 < /dev/null &
            cat > /dev/null
            kill $!
            """;
        process = Start("sh", "-c", Script, Path.Combine(folder, "node_modules", ".bin", "azurite-blob"));
        var output = "";
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            output += $"{line}\n";
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
            {
                // What nobody reads fills the pipe, and then Azurite waits.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return line[(at + Listening.Length)..].Trim();
            }
        }

        throw new InvalidOperationException($"Azurite did not start: {output}");
    }

    private static async Task RunAsync(string program, string argument, CancellationToken cancellationToken)
    {
        using var install = Start(program, argument);
        install.StandardInput.Close();
        var output = await install.StandardOutput.ReadToEndAsync(cancellationToken);
        await install.WaitForExitAsync(cancellationToken);
        if (install.ExitCode != 0)
            throw new InvalidOperationException($"Azurite could not be installed: {output}");
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })
        ?? throw new InvalidOperationException($"{program} did not start");

    private static string Root(string folder) => File.Exists(Path.Combine(folder, "RecoveryOS.sln"))
        ? folder
        : Root(
            Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("The tests run outside the checkout."));
}

/// <param name="Url">Of a container that is not made yet.</param>
public sealed record AzuriteContainer(string Url, string ConnectionString, string Name);
