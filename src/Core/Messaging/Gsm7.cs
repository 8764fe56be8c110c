using System.Buffers;

namespace RecoveryOS.Core.Messaging;

/// <summary>The GSM 03.38 alphabet of text messages: 160 units are one segment.</summary>
public static class Gsm7
{
    public const int SegmentUnits = 160;

    private static readonly SearchValues<char> Basic = SearchValues.Create(
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
        + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");

    private static readonly SearchValues<char> Extension = SearchValues.Create("\f^{}\\[~]|€");

    /// <summary>Whether every character is in the alphabet or its extension table.</summary>
    public static bool IsGsm7(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.All(static sign => Basic.Contains(sign) || Extension.Contains(sign));
    }

    /// <summary>The length in 7-bit units; one of the extension table counts two. Refuses other characters.</summary>
    public static int Units(string text) =>
        IsGsm7(text)
            ? text.Length + text.Count(Extension.Contains)
            : throw new ArgumentException("The text holds a character outside GSM-7.", nameof(text));
}
