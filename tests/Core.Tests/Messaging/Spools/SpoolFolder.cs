using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using RecoveryOS.Core.Messaging.Inbound;
using RecoveryOS.Core.Messaging.Spools;
using RecoveryOS.Core.Tests.Messaging.Inbound;

namespace RecoveryOS.Core.Tests.Messaging.Spools;

/// <summary>A folder of a test's own, with the spool in it.</summary>
internal sealed class SpoolFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recoveryos-spool-test-");
    private int texts;

    public SpoolFolder() => Spool = Open();

    public Spool Spool { get; }

    public string Path => folder.FullName;

    public IReadOnlyList<string> Waiting => [.. Directory.GetFiles(Path, "*.text").Order(StringComparer.Ordinal)];

    public IReadOnlyList<string> Rejected => Directory.GetFiles(System.IO.Path.Combine(Path, "rejected"));

    /// <summary>A spool as another process, or the next one, sees it.</summary>
    public Spool Open() =>
        new(Options.Create(new SpoolOptions { Folder = Path }), TextClinic.Cipher, TimeProvider.System);

    public InboundText Append(string body, string from = TextClinic.Number, bool isAnswered = false)
    {
        var text = new InboundText($"SM{Interlocked.Increment(ref texts):D32}", from, body);
        Spool.Append(text, isAnswered);
        return text;
    }

    public Task<int> DrainAsync(NpgsqlDataSource database) => new SpoolDrain(
        Open(), new(database, TextClinic.Cipher, TextClinic.Bell), database, NullLogger<SpoolDrain>.Instance)
        .RunAsync(TestContext.Current.CancellationToken);

    public void Dispose() => folder.Delete(recursive: true);
}
