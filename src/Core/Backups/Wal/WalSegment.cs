using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace RecoveryOS.Core.Backups.Wal;

/// <summary>One file of the write-ahead log; <paramref name="Number"/> counts segments of <paramref name="Size"/> bytes from 0.</summary>
public readonly record struct WalSegment(uint Timeline, ulong Number, int Size = WalSegment.DefaultSize)
{
    public const int DefaultSize = 16 * 1024 * 1024;

    private const int NameLength = 24;

    /// <summary>The 24 hexadecimal digits that PostgreSQL names the file by (xlog_internal.h, XLogFileName).</summary>
    public string Name => string.Create(
        CultureInfo.InvariantCulture, $"{Timeline:X8}{Number / PerId(Size):X8}{Number % PerId(Size):X8}");

    [JsonIgnore]
    public Lsn Start => new(checked(Number * (ulong)Size));

    /// <summary>The first position after it.</summary>
    [JsonIgnore]
    public Lsn End => Start + (ulong)Size;

    [JsonIgnore]
    public WalSegment Next => this with { Number = Number + 1 };

    public static WalSegment Containing(uint timeline, Lsn lsn, int size) => new(timeline, lsn.Value / (ulong)size, size);

    /// <summary>False for anything but a whole segment's name: <c>.partial</c>, <c>.history</c> and <c>.backup</c> files too.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, int size, out WalSegment segment)
    {
        segment = default;
        if (name?.Length is not NameLength
            || !TryPart(name, 0, out var timeline) || !TryPart(name, 8, out var id) || !TryPart(name, 16, out var rest)
            || timeline is 0 || rest >= PerId(size))
        {
            return false;
        }

        segment = new WalSegment(timeline, (id * PerId(size)) + rest, size);
        return true;
    }

    public override string ToString() => Name;

    /// <summary>A segment's name splits its number as if each 4 GiB of WAL were one file of old.</summary>
    private static ulong PerId(int size) => 0x1_0000_0000UL / (ulong)size;

    private static bool TryPart(string name, int start, out uint value) =>
        uint.TryParse(name.AsSpan(start, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
