namespace RecoveryOS.Core.Inputs;

/// <summary>What JSON lets through and text must not be.</summary>
internal static class JsonText
{
    /// <summary>Null for half of a surrogate pair (<c>"\ud800"</c>): it is JSON, but no Unicode text.</summary>
    public static string? TryRead(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The length in Unicode characters, and whether one of them is a control character.</summary>
    public static (int Length, bool Control) Measure(string text)
    {
        var (length, control) = (0, false);
        foreach (var rune in text.EnumerateRunes())
        {
            length++;
            control |= rune.Value is < 0x20 and not ('\n' or '\r' or '\t') or 0x7f;
        }

        return (length, control);
    }
}
