using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RecoveryOS.Core.Backups.Catalogues;

/// <summary>
/// The newest entry's number and hash: whoever keeps it elsewhere notices when a chain's end was cut off.
/// </summary>
public sealed record CatalogueHead(long Sequence, string Hash)
{
    /// <summary>Reads what <see cref="ToString"/> writes, <c>SEQUENCE:HASH</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CatalogueHead? head)
    {
        head = text.Split(':') is [var number, { Length: 64 } hash] && hash.All(char.IsAsciiHexDigit)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? new CatalogueHead(sequence, hash.ToLowerInvariant())
            : null;
        return head is not null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}:{Hash}");
}
