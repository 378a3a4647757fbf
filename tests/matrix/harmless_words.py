"""The sentences of the terminal that claim no outcome of an order, as patterns: an explicit list.

A sentence calls something unknown, accepted, asked for or looked for, or speaks of the line, of reads, of
the terminal itself. What is neither here nor among the claims can't be read, and fails its run.
"""

NUMBER = r"-?\d+(?:\.\d+)?"
END = r"(?=\s|$)"
_READ = r"account's figures|positions|pending orders|history|key's status"

TO_THE_END = (
    r"Unknown: ",
    r"Whether anything else is open is not known: the positions have not been read since\.",
    r"Not certain: ",
    r"Whether its stops were changed is not known: ",
    r"Stream (?:lost|back): ",
    r"The stream refused the key: ",
    r"The stream is up but sends no usable quotes",
    r"Subscribing anew brought no usable quotes: ",
    r"Notice from the server ",
    r"(?:A message|\d+ messages) of the stream made no sense",
    rf"The (?:{_READ}|symbols?[^.]*) could not be read\. ",
    rf"The (?:{_READ}): \d+ rows? can't be read: ",
    r"Trading is locked: ",
    r"The order journal ",
    r"The disk is full: the order journal ",
    r"\d+ orders? in the journal ",
    r"Each login has an order journal of its own now: ",
    r"\d+ orders? of \S+ (?:could be read and went on|could not be read|can't be read)",
    r"Another program uses this API key: ",
    r"This terminal only watches: ",
    r"Nothing new is opened(?: from now on)?: ",
    r"Try \d+ failed\. ",
    r"Not sent yet: ",
    r"Still unknown, and not sent again: ",
)
"""Beginnings of messages that claim no outcome, whatever follows."""

NOT_SENT = r"(?:Not sent|Rejected): "
"""What follows says why, in words of the failure; the sentence itself is the claim."""

HARMLESS = (
    r"What it closed is not known: (?:no position|none of its positions) is shown",
    r", and the history has (?:no|\d+) closing deals?(?: since it was sent|, maybe from before it was sent: "
    r"not all was known of it then)",
    r"; the server counts none closed|; the account has no margin in use",
    r"; \d+(?:, \d+)*(?: and \d+ more)? may be open, by the stream's or the history's word",
    r"CORRECTION: nothing was told as open any more, and tickets? \d+(?:, \d+)*(?: and \d+ more)? may have "
    r"been open all the time\. (?:It is being checked|The next run looks for it) anew\.",
    r"It stays watched for 24 h(?:, or until the next order for it)?\.",
    r"For 24 h the next run goes on looking for it\.",
    r"No list shows it yet\.",
    rf"As far away as the old ones were: (?:[st][lp] {NUMBER}(?:, )?)+"
    r"(?:: m on the new one begins with (?:both|an sl|a tp) as far away)?\.",
    r"Close them one by one\.",
    r"AFTER THE KILL SWITCH(?:: X closes it)?\.",
    r"Look at it now\.",
    r"LATE, or another hand's: (?:ticket \d+|what is held) is as .*? would have made it, which was found not "
    r"filled\.",
    r"LATE: an order that was found not (?:filled was filled after all|done seems to be done after all)\.",
    r"Profit [+-]?[\d,.]+(?: [A-Z]{3,4})? by the server's count\.",
    r"(?:Press m on it to set it|: m on it sets it)\.",
    r"It is (?=WITHOUT|with)",
    rf": {NUMBER} of {NUMBER}, the rest was NOT (?:filled|closed)\.",
    rf": {NUMBER} less than asked is closed\.",
    rf"(?:, but )?{NUMBER} of {NUMBER}(?=[,.])",
    r"[.,]" + END,
    r"Written to the journal\.(?: It waits for an earlier change of the same stops\.)?",
    r"Being sent(?:, try \d+)?\.",
    r"Sent, the broker has accepted it \(placed\); waiting to see it done\.",
    r"Sent again with the same key, at your word\.",
    r"Accepted, the server says that it is done; that is being checked\.",
    r"The server counts \d+ closed and \d+ not; each ticket is being checked\.",
    r"The server says: half reversed, closed and its opposite NOT opened\. It is being checked\.",
    r"Whether ticket \d+ was closed is not known: neither the stream nor the history tells of its end\.",
    r"CORRECTION: (?:ticket \d+ was told as closed and is|"
    r"tickets \d+(?:, \d+)+(?: and \d+ more)? were told as closed and are) listed again\. "
    r"(?:It is being checked|The next run looks for it) anew\.",
    rf"CORRECTION: \S+ \d+, (?:buy|sell) {NUMBER}, was told as closed and is in the list again: it may be "
    r"open\. It is shown until that is certain\.",
    r"You decided that it was never executed\.",
    # What the trader decided of the later one is claimed by nobody else.
    r"Whether it was done is not known, and can't be learnt any more: by your word a later change of the "
    r"same stops was done \(Modify .*?\)\.(?=\s|$)",
    r"CORRECTION: its stops stand as asked for in a later list\.",
    r"LATE: a change of which nothing was known seems to be done after all\.",
    # The trader's word: that the position is this order's work is claimed by nobody else.
    r"You decided that (?:Buy|Sell|Close|Modify|Reverse) .*? became position \d+(?:: [^.]*(?:\.\d[^.]*)*)?\.",
    r"You decided that (?:Close|Modify) .*? was done(?:: [^.]*(?:\.\d[^.]*)*)?\.(?=\s|$)",
    r"The terminal stopped before this was sent: nothing was sent\.",
    r"Trading is open again(?:: p|\. (?=Not known yet is ))",
    r"[pP]?ositions are read anew, and the first fresh price is here\.",
    r"Not known yet is what became of: [^.]*(?:\.\d+[^.]*)*(?:, and of \d+ more)?\.",
    r"The stream was away for \d+ s\. Look at positions and prices; then ctrl\+l lets new orders through\. "
    r"Closing is possible\.",
    rf"The (?:{_READ}|symbol's spec|list of symbols) (?:is|are) read again"
    r"(?:: the list shows (?:none|\d+))?\.",
    r"(?:The system clock|The terminal|This machine) .*: the stream connects anew and positions are read "
    r"again\.",
    r"\d+ positions? (?:is|are) missing in the last list, and nothing else tells of a close; (?:it stays|"
    r"they stay) on screen with \?: [\d, ]+(?: and \d+ more)?\.",
    r"\S+ \d+ is no longer in the list of positions, and no deal of its end was found in the history\.",
    r"Trading is open\.",
    r"Quotes of \S+(?:, \S+)*(?: and \d+ more)? are back\.",
    rf"A single price of \S+, {NUMBER}, was left out: the next was {NUMBER} again\. Nothing fired by it, and "
    r"the chart does not show it\.",
    r"This key may (?:trade\.|only read: orders can't be sent with it\.)",
    r"Pending order .*",
    r"Server says: \".*?\"\.",
    r"It says: .*",
    r"The key's requests run low \(.*",
)
