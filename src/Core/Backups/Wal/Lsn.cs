using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RecoveryOS.Core.Backups.Wal;

/// <summary>
/// A position in the write-ahead log, in bytes from its beginning; written as PostgreSQL does, <c>16/B374D848</c>.
/// </summary>
public readonly record struct Lsn(ulong Value) : IComparable<Lsn>
{
    public static bool operator <(Lsn left, Lsn right) => left.Value < right.Value;

    public static bool operator >(Lsn left, Lsn right) => left.Value > right.Value;

    public static bool operator <=(Lsn left, Lsn right) => left.Value <= right.Value;

    public static bool operator >=(Lsn left, Lsn right) => left.Value >= right.Value;

    public static Lsn operator +(Lsn lsn, ulong bytes) => new(checked(lsn.Value + bytes));

    /// <summary>The bytes from <paramref name="right"/> to <paramref name="left"/>.</summary>
    /// <exception cref="OverflowException"><paramref name="left"/> lies before <paramref name="right"/>.</exception>
    public static ulong operator -(Lsn left, Lsn right) => checked(left.Value - right.Value);

    public static Lsn Add(Lsn left, ulong right) => left + right;

    public static ulong Subtract(Lsn left, Lsn right) => left - right;

    /// <exception cref="FormatException">The text is not two hexadecimal numbers with a slash between them.</exception>
    public static Lsn Parse(string text) =>
        TryParse(text, out var lsn) ? lsn : throw new FormatException($"'{text}' is not a position in the WAL.");

    public static bool TryParse([NotNullWhen(true)] string? text, out Lsn lsn)
    {
        lsn = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (text is null || slash is < 1 or > 8 || text.Length - slash is < 2 or > 9)
            return false;

        var before = text.AsSpan(0, slash);
        var after = text.AsSpan(slash + 1);
        if (!uint.TryParse(before, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
            || !uint.TryParse(after, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low))
        {
            return false;
        }

        lsn = new Lsn(((ulong)high << 32) | low);
        return true;
    }

    public int CompareTo(Lsn other) => Value.CompareTo(other.Value);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(uint)(Value >> 32):X}/{(uint)Value:X}");
}
