using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Receiving;
using RecoveryOS.Core.Tests.Settings;

namespace RecoveryOS.Core.Tests.Backups.Wal.Receiving;

/// <summary>A spool and a store without a server: the test writes what pg_receivewal would.</summary>
internal sealed class SpoolStage : IDisposable
{
    public const string Name = "main";

    /// <summary>PostgreSQL's smallest.</summary>
    public const int SegmentSize = 1024 * 1024;

    private readonly ServiceProvider services;

    public SpoolStage(string targetUrl = "postgres://nobody@127.0.0.1:1/none", string? databaseUrl = null)
    {
        Folder = Directory.CreateTempSubdirectory("recoveryos-spool-").FullName;
        Directory.CreateDirectory(StoreFolder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        services = SampleSettings.Services(new Dictionary<string, string?>
        {
            ["Database__Url"] = databaseUrl ?? targetUrl,
            ["Backups__Targets__0__Name"] = Name,
            ["Backups__Targets__0__Url"] = targetUrl,
            ["Backups__Store__Url"] = StoreFolder,
            ["Backups__Folder"] = Path.Combine(Folder, "work"),
            ["Backups__Encryption__ActiveKeyId"] = "k1",
            ["Backups__Encryption__Keys__k1"] = Convert.ToBase64String(new byte[32]),
            ["Backups__Signing__KeyId"] = "test",
            ["Backups__Signing__Key"] = Convert.ToBase64String(key.ExportPkcs8PrivateKey()),
        });
        Spool = Get<WalStations>().Spool(Name);
        using (Spool.TryLock())
        {
            Spool.Keep(new ClusterIdentity("1", SegmentSize));
        }
    }

    public string Folder { get; }

    public string StoreFolder => Path.Combine(Folder, "store");

    public WalSpool Spool { get; }

    public BackupCatalogue Catalogue => Get<BackupCatalogue>();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static WalSegment Segment(ulong number, uint timeline = 1) => new(timeline, number, SegmentSize);

    /// <summary>Bytes that are never zero, other ones for each seed.</summary>
    public static byte[] Content(int seed, int length = SegmentSize)
    {
        var content = new byte[length];
        for (var index = 0; index < length; index++)
            content[index] = (byte)(((index * 31) + (index >> 8) + (seed * 17)) % 255 + 1);
        return content;
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public WalShipper NewShipper() => Get<WalStations>().Shipper(Spool);

    public void Receive(WalSegment segment, byte[] content)
    {
        File.Delete(PartOf(segment));
        File.WriteAllBytes(Path.Combine(Spool.Folder, segment.Name), content);
    }

    /// <summary>As pg_receivewal does: the file is as long as the segment at once.</summary>
    public void ReceivePart(WalSegment segment, byte[] content)
    {
        Array.Resize(ref content, segment.Size);
        File.WriteAllBytes(PartOf(segment), content);
    }

    public IReadOnlyList<string> Local() =>
        [.. Directory.EnumerateFiles(Spool.Folder).Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal)];

    public async Task<IReadOnlyList<string>> StoredAsync()
    {
        List<string> names = [];
        await foreach (var found in Get<IBackupStore>().ListAsync(StoreLayout.Wal(Name), CancellationToken))
            names.Add(Path.GetFileName(found.Name));
        return names;
    }

    public async Task<byte[]> ReadAsync(WalSegment segment)
    {
        var archive = Get<WalArchive>();
        var found = (await archive.ListAsync(Name, SegmentSize, CancellationToken)).Find(segment);
        Assert.NotNull(found);
        await using var stream = await archive.OpenAsync(found, CancellationToken);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, CancellationToken);
        return content.ToArray();
    }

    public void Dispose()
    {
        services.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private string PartOf(WalSegment segment) => Path.Combine(Spool.Folder, $"{segment.Name}.partial");
}
