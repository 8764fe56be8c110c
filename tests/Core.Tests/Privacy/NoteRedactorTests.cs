using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Core.Tests.Privacy;

public sealed class NoteRedactorTests
{
    [Theory]
    [InlineData("call me at 555-123-4567 please", "call me at [phone] please")]
    [InlineData("(555) 123-4567", "[phone]")]
    [InlineData("+1 555 123 4567", "[phone]")]
    [InlineData("+33 6 12 34 56 78 ok", "[phone] ok")]
    [InlineData("my number is 5551234567.", "my number is [phone].")]
    [InlineData("write to jo.smith+x@example.co.uk!", "write to [mail]!")]
    [InlineData("a@b.co", "[mail]")]
    [InlineData("born 1990-02-01", "born [date]")]
    [InlineData("dob 1/2/90", "dob [date]")]
    [InlineData("dob: 02.01.1990", "dob: [date]")]
    [InlineData("born Feb 1, 1990 in town", "born [date] in town")]
    [InlineData("born 1st of February 1990", "born [date]")]
    [InlineData("né le 1er février 1990", "né le [date]")]
    [InlineData("nací el 1 de enero de 1990", "nací el [date]")]
    [InlineData("OHIP 1234-567-890-AB", "OHIP [card]")]
    [InlineData("RAMQ TREM 1234 5678", "RAMQ [card]")]
    [InlineData("medicare 1EG4-TE5-MK73", "medicare [card]")]
    [InlineData("SIN 046 454 286", "SIN [number]")]
    [InlineData("SIN 046454286", "SIN [number]")]
    [InlineData("SSN 078-05-1120", "SSN [number]")]
    public void What_identifies_is_taken_out(string note, string expected) =>
        Assert.Equal(expected, NoteRedactor.Redact(note));

    [Theory]
    [InlineData("slept 7.5 hours, 3 coffees, 80 percent")]
    [InlineData("day 120, walked 10 000 steps")]
    [InlineData("worked 24/7 this week")]
    [InlineData("2 years since the start")]
    [InlineData("took 20 mg at 8:30 and 12:45")]
    [InlineData("")]
    public void Everyday_numbers_stay(string note) => Assert.Equal(note, NoteRedactor.Redact(note));

    [Fact]
    public void A_redacted_note_never_grows()
    {
        const string letters = "0123456789-/. ()+@ab.co TREM janfé,";
        var random = new Random(11);
        for (var i = 0; i < 5_000; i++)
        {
            var note = string.Concat(
                Enumerable.Range(0, random.Next(60)).Select(_ => letters[random.Next(letters.Length)]));
            Assert.True(NoteRedactor.Redact(note).Length <= note.Length, note);
        }
    }
}
