using System.Text.RegularExpressions;

namespace RecoveryOS.Core.Privacy;

/// <summary>
/// Takes out of a note what would tell who wrote it: e-mail addresses, dates of birth, phone, health-card,
/// social-insurance and social-security numbers. A mark never is longer than what it stands for, so a note that fits
/// still fits.
/// </summary>
public static partial class NoteRedactor
{
    public static string Redact(string note)
    {
        note = Email().Replace(note, "[mail]");
        note = Date().Replace(note, "[date]");
        note = HealthCard().Replace(note, "[card]");
        note = InsuranceNumber().Replace(note, "[number]");
        return Phone().Replace(note, "[phone]");
    }

    [GeneratedRegex(
        @"[\p{L}\p{N}._%+\-]+@[\p{L}\p{N}\-]+(\.[\p{L}\p{N}\-]+)*\.\p{L}{2,}", RegexOptions.NonBacktracking)]
    private static partial Regex Email();

    // 1990-02-01, 1/2/90, 01.02.1990, and written with a month's name in English, French or Spanish.
    [GeneratedRegex("""
        \b(19|20)\d\d[-/. ](0?[1-9]|1[0-2])[-/. ](0?[1-9]|[12]\d|3[01])\b
        |\b(0?[1-9]|[12]\d|3[01])[-/.](0?[1-9]|[12]\d|3[01])[-/.]((19|20)?\d\d)\b
        |\b(0?[1-9]|[12]\d|3[01])(st|nd|rd|th|er)?[ ](of[ ]|de[ ])?
            (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec
                |janv|f[ée]v|mars|avr|mai|juin|juil|ao[uû]t|d[ée]c
                |ene|abr|ago|dic)\p{L}*\.?,?[ ](de[ ])?(19|20)\d\d\b
        |\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}*\.?
            [ ](0?[1-9]|[12]\d|3[01])(st|nd|rd|th)?,?[ ](19|20)\d\d\b
        """, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Date();

    // Ontario 1234-567-890-AB, Quebec ABCD 1234 5678, US Medicare 1EG4-TE5-MK73.
    [GeneratedRegex("""
        \b\d{4}[- ]?\d{3}[- ]?\d{3}[- ]?[A-Z]{2}\b
        |\b[A-Z]{4}[- ]?\d{4}[- ]?\d{4}\b
        |\b[1-9][A-Z][A-Z0-9]\d[- ]?[A-Z][A-Z0-9]\d[- ]?[A-Z]{2}\d\d\b
        """, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex HealthCard();

    // Canadian social insurance (3-3-3) and US social security (3-2-4).
    [GeneratedRegex(@"\b\d{3}[- ]\d{3}[- ]\d{3}\b|\b\d{3}[- ]\d\d[- ]\d{4}\b|\b\d{9}\b", RegexOptions.NonBacktracking)]
    private static partial Regex InsuranceNumber();

    // Seven to fifteen digits with the usual separators between them.
    [GeneratedRegex(@"(\+|\b|\()\d([-. ()/]{0,2}\d){6,14}\b", RegexOptions.NonBacktracking)]
    private static partial Regex Phone();
}
