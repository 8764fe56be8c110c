using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using RecoveryOS.Core.Backups.Restores.Unpacking;
using ZstdSharp;

namespace RecoveryOS.Core.Tests.Backups.Restores.Unpacking;

/// <summary>A tar file as PostgreSQL writes it, with the manifest of its files.</summary>
internal sealed class TarSample
{
    private readonly List<TarEntry> entries = [];
    private readonly List<string> lines = [];

    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>A small one, an empty one, and some that end beside and at a chunk's end.</summary>
    public static TarSample Typical()
    {
        var sample = new TarSample().Folder("base/").Folder("base/5/");
        foreach (var (name, length) in new[]
            {
                ("PG_VERSION", 3), ("base/5/1", 0), ("base/5/2", 131_071), ("base/5/3", 131_072), ("base/5/4", 131_073),
                ("base/5/5", 3_000_000),
            })
        {
            sample.File(name, length);
        }

        return sample;
    }

    public TarSample Folder(string name) => Entry(new UstarTarEntry(TarEntryType.Directory, name)
    {
        Mode = (UnixFileMode)0b111_000_000,
    });

    public TarSample File(string name, int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        Files[name] = bytes;
        var sum = Convert.ToHexStringLower(SHA256.HashData(bytes));
        lines.Add(string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            { "Path": "{{name}}", "Size": {{length}}, "Last-Modified": "2026-11-28 16:12:24 GMT",
            """ + $$"""
             "Checksum-Algorithm": "SHA256", "Checksum": "{{sum}}" }
            """));
        return Entry(new UstarTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = new MemoryStream(bytes),
            Mode = (UnixFileMode)0b110_100_000,
        });
    }

    public TarSample Entry(TarEntry entry)
    {
        entries.Add(entry);
        return this;
    }

    public byte[] Packed(Packing packing)
    {
        using var packed = new MemoryStream();
        using (Stream packer = packing switch
        {
            Packing.Zstd => new CompressionStream(packed),
            Packing.Gzip => new GZipStream(packed, CompressionLevel.Fastest),
            _ => packed,
        })
        {
            using var writer = new TarWriter(packer, TarEntryFormat.Ustar, leaveOpen: true);
            foreach (var entry in entries)
                writer.WriteEntry(entry);
        }

        return packed.ToArray();
    }

    public string Manifest() => $$"""
        { "PostgreSQL-Backup-Manifest-Version": 1,
        "Files": [
        {{string.Join(",\n", lines)}}
        ],
        "WAL-Ranges": [
        { "Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/2000100" }
        ],
        "Manifest-Checksum": "00"}

        """;

    public static async Task<UnpackedSums> SumsAsync(string manifest)
    {
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes(manifest));
        return await UnpackedSums.ReadAsync(lines, TestContext.Current.CancellationToken);
    }
}
