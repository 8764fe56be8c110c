using System.IO.Compression;
using Npgsql;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Tests.Backups.Restores;

/// <summary>Receives the specimen's WAL into a folder, and brings it into the store at last.</summary>
internal sealed class SpecimenWal(PostgresServer server, string folder, BackupVault vault)
{
    public static byte[] Pack(ReadOnlyMemory<byte> content)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(content.Span);
        return packed.ToArray();
    }

    /// <summary>Until the server ends.</summary>
    public async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await PostgresTool.RunAsync(
            [server.Binaries["pg_receivewal"], "-D", folder, "--synchronous", "-s", "1", "--no-loop", "-S", "specimen"],
            new NpgsqlConnectionStringBuilder(server.ConnectionString("postgres")), null, null, cancellationToken);
    }

    public async Task ShipAsync(CancellationToken cancellationToken)
    {
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            var name = Path.GetFileName(path);
            Assert.True(WalSegment.TryParse(
                name.Replace(".partial", "", StringComparison.Ordinal), WalSegment.DefaultSize, out var segment));
            var content = await File.ReadAllBytesAsync(path, cancellationToken);
            var flushed = Array.FindLastIndex(content, value => value != 0) + 1;
            var isPart = name.EndsWith(".partial", StringComparison.Ordinal);
            if (isPart && flushed == 0)
                continue;
            await vault.WriteAsync(
                isPart
                    ? WalObjectName.Of(RestoreSpecimen.Server, segment, flushed)
                    : WalObjectName.Of(RestoreSpecimen.Server, segment),
                Pack(isPart ? content.AsMemory(0, flushed) : content), cancellationToken);
        }
    }
}
