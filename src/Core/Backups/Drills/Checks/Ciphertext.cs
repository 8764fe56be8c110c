namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>
/// Whether a text looks like ciphertext in base64, hex or the like: long, unbroken, and evenly mixed.
/// </summary>
internal static class Ciphertext
{
    /// <summary>Base64 of one block of a cipher.</summary>
    private const int Shortest = 24;

    /// <summary>
    /// Of the most bits that so many characters of such an alphabet can carry each; words stay below 0.8.
    /// </summary>
    private const double Even = 0.88;

    public static bool Looks(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.Length < Shortest || LongestUnbroken(text) < text.Length * 3 / 4)
            return false;

        Span<int> counts = stackalloc int[128];
        var (isHex, hasDigit, hasLetter) = (true, false, false);
        foreach (var character in text)
        {
            if (character >= 128)
                return IsBinary(text);
            counts[character]++;
            isHex &= char.IsAsciiHexDigit(character);
            hasDigit |= char.IsAsciiDigit(character);
            hasLetter |= char.IsAsciiLetter(character);
        }

        var most = Math.Log2(Math.Min(isHex ? 16 : 64, text.Length));
        return hasDigit && hasLetter && Bits(counts, text.Length) >= Even * most * (isHex ? 0.95 : 0.97);
    }

    /// <summary>Bytes that were taken for text are full of what no language mixes.</summary>
    private static bool IsBinary(ReadOnlySpan<char> text)
    {
        var odd = 0;
        foreach (var character in text)
            odd += char.IsLetterOrDigit(character)
                || char.IsWhiteSpace(character)
                || char.IsPunctuation(character)
                ? 0
                : 1;
        return odd * 5 > text.Length;
    }

    private static int LongestUnbroken(ReadOnlySpan<char> text)
    {
        var (longest, current) = (0, 0);
        foreach (var character in text)
        {
            current = char.IsWhiteSpace(character) ? 0 : current + 1;
            longest = Math.Max(longest, current);
        }

        return longest;
    }

    private static double Bits(ReadOnlySpan<int> counts, int length)
    {
        var bits = 0d;
        foreach (var count in counts)
        {
            if (count > 0)
                bits -= (double)count / length * Math.Log2((double)count / length);
        }

        return bits;
    }
}
