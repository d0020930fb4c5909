import { Controller } from '@nestjs/common';
import { type AnswerOf, type InputOf, logIn } from '@towpath/api';
import { Input, Route } from '@towpath/http';

import { LogIn } from './log-in.use-case.ts';

@Controller()
export class SessionController {
  constructor(private readonly logIn: LogIn) {}

  @Route(logIn)
  open(@Input() { body }: InputOf<typeof logIn>): Promise<AnswerOf<typeof logIn>> {
    return this.logIn.execute(body);
  }
}
