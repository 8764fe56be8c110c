using System.Runtime.InteropServices;
using RecoveryOS.Core.Messaging.Phrases;

namespace RecoveryOS.Core.Messaging.OptOuts;

/// <summary>
/// Tells whether a text is about being texted: Twilio's keywords as the whole text, plain phrases anywhere. YES alone
/// is a start, because Twilio lifts its own block on it and our ledger must agree; inside a sentence it is nothing.
/// </summary>
public static class OptOutReader
{
    private const int NearMiss = -1;

    private static readonly OptOutPhrases Phrases =
        EmbeddedData.Read("OptOuts/opt-out-phrases.json", MessagingJson.Default.OptOutPhrases);

    private static readonly PhraseWords Words = new(Phrases.Classes, Phrases.Fillers, []);
    private static readonly PhraseBook Book = CreateBook();
    private static readonly Dictionary<string, OptOutIntent> Keywords = new(
    [
        .. Phrases.Keywords.Stop.Select(static word => KeyValuePair.Create(word, OptOutIntent.Stop)),
        .. Phrases.Keywords.Start.Select(static word => KeyValuePair.Create(word, OptOutIntent.Start)),
        .. Phrases.Keywords.Help.Select(static word => KeyValuePair.Create(word, OptOutIntent.Help)),
    ]);

    /// <summary>Takes any text. Screen it for crisis first: END and HELP are also words of distress.</summary>
    public static OptOutIntent Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Keywords.TryGetValue(LettersOf(text), out OptOutIntent keyword) ? keyword : ReadPhrases(text);
    }

    // Case, accents, spaces, punctuation and emoji do not count; a digit does.
    private static string LettersOf(string text) =>
        string.Concat(FoldedText.Fold(text).Where(char.IsLetterOrDigit));

    private static OptOutIntent ReadPhrases(string text)
    {
        ReadOnlySpan<Word> words = CollectionsMarshal.AsSpan(WordReader.Read(text, Words.Vocabulary));
        List<PhraseMatch> matches = Book.Find(words);
        List<PhraseMatch> nearMisses = matches.FindAll(static match => match.Tag == NearMiss);
        var intent = OptOutIntent.None;
        foreach (PhraseMatch match in matches)
        {
            if (match.Tag == NearMiss || nearMisses.Exists(near => near.Overlaps(match)))
            {
                continue;
            }

            if (match.Tag == (int)OptOutIntent.Stop)
            {
                return OptOutIntent.Stop;
            }

            intent = OptOutIntent.Unsure;
        }

        return intent;
    }

    private static PhraseBook CreateBook()
    {
        var book = new PhraseBook();
        Add(Phrases.Stop, (int)OptOutIntent.Stop);
        Add(Phrases.Unsure, (int)OptOutIntent.Unsure);
        Add(Phrases.NearMisses, NearMiss);
        return book;

        void Add(IReadOnlyList<string> phrases, int tag)
        {
            foreach (string phrase in phrases)
            {
                book.Add(new Phrase(phrase, Words), tag);
            }
        }
    }
}
