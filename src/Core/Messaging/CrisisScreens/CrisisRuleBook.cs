using System.Runtime.InteropServices;
using RecoveryOS.Core.Messaging.Phrases;

namespace RecoveryOS.Core.Messaging.CrisisScreens;

/// <summary>A rule set made ready for reading texts.</summary>
internal sealed class CrisisRuleBook
{
    // Tags of phrases: a rule's own are its index, its near misses the complement of it.
    private const int NearMissOfAll = int.MinValue;
    private const int History = int.MaxValue;
    private const int NotNegation = int.MaxValue - 1;
    private const int NegationReach = 5;
    private const int HistoryReach = 8;

    private readonly CrisisRuleSet set;
    private readonly PhraseWords words;
    private readonly PhraseBook phrases = new();

    public CrisisRuleBook(CrisisRuleSet set)
    {
        this.set = set;
        words = new PhraseWords(set.Classes, set.Fillers, set.Negators);
        Add(set.NearMisses, NearMissOfAll);
        Add(set.Histories, History);
        Add(set.NotNegations, NotNegation);
        for (var rule = 0; rule < set.Rules.Count; rule++)
        {
            Add(set.Rules[rule].Phrases, rule);
            Add(set.Rules[rule].NearMisses ?? [], ~rule);
        }
    }

    public string Version => set.Version;

    public CrisisFinding? Screen(string text)
    {
        ReadOnlySpan<Word> read = CollectionsMarshal.AsSpan(WordReader.Read(text, words.Vocabulary));
        ReadOnlySpan<PhraseMatch> matches = CollectionsMarshal.AsSpan(phrases.Find(read));
        CrisisFinding? worst = null;
        foreach (PhraseMatch match in matches)
        {
            if (match.Tag < 0 || match.Tag >= set.Rules.Count || IsNearMiss(match, matches))
            {
                continue;
            }

            CrisisRule rule = set.Rules[match.Tag];
            bool lowered = IsHistory(match, read, matches) || IsDenied(match, read, matches);
            CrisisPriority priority = lowered ? CrisisPriority.High : rule.Priority;
            if (worst is null || (priority, worst.Category).CompareTo((worst.Priority, rule.Category)) > 0)
            {
                worst = new CrisisFinding(rule.Category, priority, rule.Id, set.Version);
            }
        }

        return worst;
    }

    private void Add(IReadOnlyList<string> texts, int tag)
    {
        foreach (string text in texts)
        {
            phrases.Add(new Phrase(text, words), tag);
        }
    }

    private static bool IsNearMiss(PhraseMatch match, ReadOnlySpan<PhraseMatch> matches)
    {
        foreach (PhraseMatch other in matches)
        {
            if ((other.Tag == NearMissOfAll || other.Tag == ~match.Tag) && other.Overlaps(match))
            {
                return true;
            }
        }

        return false;
    }

    // Denied by a word shortly before, or by one inside that is not the phrase's own: "quiero *no* morir".
    private bool IsDenied(PhraseMatch match, ReadOnlySpan<Word> read, ReadOnlySpan<PhraseMatch> matches)
    {
        var inside = 0;
        for (int at = match.Start; at < match.End; at++)
        {
            inside += IsNegator(at, read, matches) ? 1 : 0;
        }

        if (inside > match.Negators)
        {
            return true;
        }

        for (int at = match.Start; at > 0 && at > match.Start - NegationReach && !read[at].StartsClause; at--)
        {
            if (IsNegator(at - 1, read, matches))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsNegator(int at, ReadOnlySpan<Word> read, ReadOnlySpan<PhraseMatch> matches) =>
        words.Negators.Contains(read[at].Id) && !IsCovered(at, at + 1, NotNegation, matches);

    private static bool IsHistory(PhraseMatch match, ReadOnlySpan<Word> read, ReadOnlySpan<PhraseMatch> matches)
    {
        int first = match.Start, last = match.End;
        while (first > 0 && first > match.Start - HistoryReach && !read[first].StartsClause)
        {
            first--;
        }

        while (last < read.Length && last < match.End + HistoryReach && !read[last].StartsClause)
        {
            last++;
        }

        return IsCovered(first, last, History, matches);
    }

    private static bool IsCovered(int from, int to, int tag, ReadOnlySpan<PhraseMatch> matches)
    {
        foreach (PhraseMatch match in matches)
        {
            if (match.Tag == tag && match.Start < to && from < match.End)
            {
                return true;
            }
        }

        return false;
    }
}
